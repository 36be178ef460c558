// What is sent: a counted buffer, a fresh one, a bare integer, or a vector of them.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

template <size_t SIZE> struct Shared {
  using Buffer = std::array<uint8_t, SIZE>;
  using Source = std::shared_ptr<const Buffer>;
  std::shared_ptr<const Buffer> buffer;
  static Source source() { return std::make_shared<Buffer>(); }
  static Shared make(const Source &source, size_t) { return {source}; }
  size_t look() const { return (size_t)buffer.get(); }
};

struct Fresh {
  using Buffer = std::array<uint8_t, 64>;
  using Source = Buffer;
  std::shared_ptr<const Buffer> buffer;
  static Source source() { return {}; }
  static Fresh make(const Source &source, size_t) { return {std::make_shared<Buffer>(source)}; }
  size_t look() const { return (size_t)buffer.get(); }
};

struct Word {
  struct Source {};
  uint64_t value = 0;
  static Source source() { return {}; }
  static Word make(const Source &, size_t number) { return {number}; }
  size_t look() const { return value; }
};

template <class P, int COUNT> struct Frames {
  using Source = typename P::Source;
  std::vector<P> frames;
  static Source source() { return P::source(); }
  static Frames make(const Source &source, size_t number) {
    Frames made;
    made.frames.reserve(COUNT);
    for (int at = 0; at < COUNT; at++) made.frames.push_back(P::make(source, number));
    return made;
  }
  size_t look() const { return frames[0].look(); }
};
