// What the runner asks for: words of the form key=value.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

struct Arguments {
  std::map<std::string, std::string> words;

  Arguments(int argc, char **argv) {
    for (int at = 1; at < argc; at++) {
      std::string word = argv[at];
      auto equals = word.find('=');
      if (equals != std::string::npos) words[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }

  std::string text(const std::string &key) const {
    auto found = words.find(key);
    return found == words.end() ? "" : found->second;
  }

  long number(const std::string &key, long otherwise) const {
    auto found = words.find(key);
    return found == words.end() ? otherwise : std::strtol(found->second.c_str(), nullptr, 10);
  }

  long count() const { return number("count", 1000000); }
  long senders() const { return number("senders", 1); }
  long receivers() const { return number("receivers", 1); }
  long endpoints() const { return number("endpoints", 10); }
  int sender_core() const { return (int)number("sender-core", -1); }
  int receiver_core() const { return (int)number("receiver-core", -1); }
  /// Negative: unbounded.
  long capacity() const { return number("capacity", -1); }
};

/// This contestant has no such thing.
[[noreturn]] inline void unsupported(const std::string &what) {
  std::fprintf(stderr, "unsupported: %s\n", what.c_str());
  std::exit(3);
}
