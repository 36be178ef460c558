// libzmq over its own inproc transport.
#pragma once
#include <zmq.h>
#include <cstring>
#include <string>
#include "arguments.hpp"
#include "race.hpp"
#include "shapes.hpp"

namespace zeromq {

inline void *context = nullptr;

inline void must(bool held, const char *what) {
  if (held) return;
  std::fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
  std::exit(1);
}

inline void *socket(int type, const std::string &address, bool binds, long capacity) {
  void *made = zmq_socket(context, type);
  must(made, "zmq_socket");
  int mark = capacity < 0 ? 0 : (int)capacity, linger = 0;
  zmq_setsockopt(made, ZMQ_SNDHWM, &mark, sizeof mark);
  zmq_setsockopt(made, ZMQ_RCVHWM, &mark, sizeof mark);
  zmq_setsockopt(made, ZMQ_LINGER, &linger, sizeof linger);
  must((binds ? zmq_bind(made, address.c_str()) : zmq_connect(made, address.c_str())) == 0,
       "zmq_bind or zmq_connect");
  return made;
}

/// What messages are made from: a counted buffer, as zmq_msg_copy shares it.
struct Source {
  zmq_msg_t message;
  std::string payload;
  int frames;

  explicit Source(const Arguments &arguments) {
    payload = arguments.text("payload");
    frames = std::max(1, (int)arguments.number("frames", 0));
    zmq_msg_init_size(&message, payload == "large" ? 1 << 20 : payload == "word" ? 8 : 64);
  }
  ~Source() { zmq_msg_close(&message); }

  void send(void *to) {
    for (int left = frames; left > 0; left--) {
      zmq_msg_t copy;
      if (payload == "fresh") {
        zmq_msg_init_size(&copy, 64);
        std::memset(zmq_msg_data(&copy), 7, 64);
      } else {
        zmq_msg_init(&copy);
        zmq_msg_copy(&copy, &message);
      }
      must(zmq_msg_send(&copy, to, left > 1 ? ZMQ_SNDMORE : 0) >= 0, "zmq_msg_send");
    }
  }
};

inline size_t receive(void *from) {
  size_t size = 0;
  for (bool more = true; more;) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    must(zmq_msg_recv(&message, from, 0) >= 0, "zmq_msg_recv");
    size += zmq_msg_size(&message);
    more = zmq_msg_more(&message);
    zmq_msg_close(&message);
  }
  return size;
}

/// A bound socket moves to the thread that uses it; the start is a full fence.
inline double flow_once(const Arguments &arguments, long count) {
  static int run = 0;
  auto address = "inproc://flow" + std::to_string(run++);
  bool alone = arguments.senders() == 1;
  void *inbox = socket(alone ? ZMQ_PAIR : ZMQ_PULL, address, true, arguments.capacity());
  std::vector<void *> outs;
  std::vector<Runner> runners;
  runners.push_back({arguments.receiver_core(), [&] {
    size_t sum = 0;
    for (long left = count; left > 0; left--) sum += receive(inbox);
    keep(sum);
  }});
  for (long at = 0; at < arguments.senders(); at++) {
    void *out = socket(alone ? ZMQ_PAIR : ZMQ_PUSH, address, false, arguments.capacity());
    outs.push_back(out);
    runners.push_back({arguments.sender_core(), [&, out] {
      Source source(arguments);
      for (long left = count / arguments.senders(); left > 0; left--) source.send(out);
    }});
  }
  double seconds = race(std::move(runners));
  for (void *out : outs) zmq_close(out);
  zmq_close(inbox);
  return seconds;
}

inline double burst_once(const Arguments &arguments, long count) {
  static int run = 0;
  auto address = "inproc://burst" + std::to_string(run++);
  void *inbox = socket(ZMQ_PAIR, address, true, -1), *out = socket(ZMQ_PAIR, address, false, -1);
  double seconds = race({{arguments.sender_core(), [&] {
    Source source(arguments);
    size_t sum = 0;
    for (long left = count / 1000; left > 0; left--) {
      for (int at = 0; at < 1000; at++) source.send(out);
      for (int at = 0; at < 1000; at++) sum += receive(inbox);
    }
    keep(sum);
  }}});
  zmq_close(out);
  zmq_close(inbox);
  return seconds;
}

inline double ping_pong_once(const Arguments &arguments, long count) {
  static int run = 0;
  auto address = "inproc://ping" + std::to_string(run++);
  void *there = socket(ZMQ_PAIR, address, true, -1), *here = socket(ZMQ_PAIR, address, false, -1);
  double seconds = race({
    {arguments.receiver_core(), [&] {
      Source source(arguments);
      for (long left = count; left > 0; left--) {
        keep(receive(there));
        source.send(there);
      }
    }},
    {arguments.sender_core(), [&] {
      Source source(arguments);
      for (long left = count; left > 0; left--) {
        source.send(here);
        keep(receive(here));
      }
    }},
  });
  zmq_close(here);
  zmq_close(there);
  return seconds;
}

/// zmq_poll over many sockets.
inline double select_once(const Arguments &arguments, long count) {
  static int run = 0;
  std::vector<void *> inboxes, outs;
  std::vector<zmq_pollitem_t> items;
  for (long at = 0; at < arguments.receivers(); at++) {
    auto address = "inproc://select" + std::to_string(run) + "-" + std::to_string(at);
    inboxes.push_back(socket(ZMQ_PAIR, address, true, -1));
    outs.push_back(socket(ZMQ_PAIR, address, false, -1));
    items.push_back({inboxes.back(), 0, ZMQ_POLLIN, 0});
  }
  run++;
  double seconds = race({
    {arguments.receiver_core(), [&] {
      size_t sum = 0;
      for (long left = count; left > 0;) {
        must(zmq_poll(items.data(), (int)items.size(), -1) >= 0, "zmq_poll");
        for (auto &item : items)
          if (item.revents & ZMQ_POLLIN) {
            sum += receive(item.socket);
            left--;
          }
      }
      keep(sum);
    }},
    {arguments.sender_core(), [&] {
      Source source(arguments);
      for (long number = 0; number < count; number++) source.send(outs[number % outs.size()]);
    }},
  });
  for (void *out : outs) zmq_close(out);
  for (void *inbox : inboxes) zmq_close(inbox);
  return seconds;
}

inline void registry(const Arguments &arguments) {
  bool binds = arguments.text("shape") == "bind";
  std::vector<void *> bound;
  for (long at = 0; at < arguments.endpoints(); at++)
    bound.push_back(socket(ZMQ_PULL, "inproc://endpoint-" + std::to_string(at), true, -1));
  double seconds = race({{arguments.sender_core(), [&] {
    for (long number = 0; number < arguments.count(); number++) {
      // A socket closes later than zmq_close returns, so that each name is used once.
      void *made = binds ? socket(ZMQ_PULL, "inproc://own-" + std::to_string(number), true, -1)
        : socket(ZMQ_PUSH, "inproc://endpoint-" + std::to_string(number * 7919 % bound.size()),
                 false, -1);
      zmq_close(made);
    }
  }}});
  print(seconds, arguments.count());
  std::fflush(stdout);
  std::_Exit(0);
}

inline void memory(const Arguments &arguments) {
  void *inbox = socket(ZMQ_PAIR, "inproc://memory", true, -1);
  void *out = socket(ZMQ_PAIR, "inproc://memory", false, -1);
  Source source(arguments);
  source.send(out);
  keep(receive(inbox));
  auto before = allocated();
  for (long left = arguments.count(); left > 0; left--) source.send(out);
  auto full = allocated();
  for (long left = arguments.count(); left > 0; left--) keep(receive(inbox));
  auto after = allocated();
  std::printf("bytes %f\n", (double)(full - before) / arguments.count());
  std::printf("left %f\n", after > before ? (double)(after - before) / arguments.count() : 0.0);
  std::fflush(stdout);
  std::_Exit(0);
}

inline void run(const Arguments &arguments) {
  context = zmq_ctx_new();
  zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 300000);
  auto shape = arguments.text("shape");
  long count = arguments.count();
  if (arguments.receivers() > 1 && shape == "flow") unsupported("several receivers");
  if (arguments.capacity() == 0) unsupported("rendezvous");
  auto twice = [&](auto once, long first) {
    once(arguments, first);
    print(once(arguments, count), count);
  };
  if (shape == "flow") twice(flow_once, 1000);
  else if (shape == "burst") twice(burst_once, 1000);
  else if (shape == "ping-pong") twice(ping_pong_once, count / 10 + 1);
  else if (shape == "select") twice(select_once, 1000);
  else if (shape == "memory") memory(arguments);
  else if (shape == "connect" || shape == "bind") registry(arguments);
  else unsupported(shape);
}

}  // namespace zeromq
