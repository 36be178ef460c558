// nng over its inproc transport. It shares no message bodies, so each message has its own.
#pragma once
#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>
#include "arguments.hpp"
#include "race.hpp"

namespace nanomsg {

inline void must(int result, const char *what) {
  if (result == 0) return;
  std::fprintf(stderr, "%s: %s\n", what, nng_strerror(result));
  std::exit(1);
}

/// Its buffers hold 8,192 messages at most; unbounded takes that.
inline void buffers(nng_socket socket, long capacity) {
  int size = capacity < 0 ? 8192 : (int)capacity;
  nng_socket_set_int(socket, NNG_OPT_RECVBUF, size);
  nng_socket_set_int(socket, NNG_OPT_SENDBUF, size);
}

inline void send(nng_socket to, size_t size) {
  nng_msg *message;
  must(nng_msg_alloc(&message, size), "nng_msg_alloc");
  must(nng_sendmsg(to, message, 0), "nng_sendmsg");
}

inline size_t receive(nng_socket from) {
  nng_msg *message;
  must(nng_recvmsg(from, &message, 0), "nng_recvmsg");
  size_t size = nng_msg_len(message);
  nng_msg_free(message);
  return size;
}

inline double flow_once(const Arguments &arguments, long count) {
  static int run = 0;
  auto address = "inproc://flow" + std::to_string(run++);
  bool alone = arguments.senders() == 1;
  size_t size = arguments.text("payload") == "word" ? 8 : 64;
  nng_socket inbox;
  must(alone ? nng_pair0_open(&inbox) : nng_pull0_open(&inbox), "open");
  buffers(inbox, arguments.capacity());
  must(nng_listen(inbox, address.c_str(), nullptr, 0), "nng_listen");
  std::vector<nng_socket> outs;
  std::vector<Runner> runners;
  runners.push_back({arguments.receiver_core(), [&] {
    size_t sum = 0;
    for (long left = count; left > 0; left--) sum += receive(inbox);
    keep(sum);
  }});
  for (long at = 0; at < arguments.senders(); at++) {
    nng_socket out;
    must(alone ? nng_pair0_open(&out) : nng_push0_open(&out), "open");
    buffers(out, arguments.capacity());
    must(nng_dial(out, address.c_str(), nullptr, 0), "nng_dial");
    outs.push_back(out);
    runners.push_back({arguments.sender_core(), [&, out] {
      for (long left = count / arguments.senders(); left > 0; left--) send(out, size);
    }});
  }
  double seconds = race(std::move(runners));
  for (auto out : outs) nng_close(out);
  nng_close(inbox);
  return seconds;
}

inline double ping_pong_once(const Arguments &arguments, long count) {
  static int run = 0;
  auto address = "inproc://ping" + std::to_string(run++);
  nng_socket there, here;
  must(nng_pair0_open(&there), "open");
  must(nng_pair0_open(&here), "open");
  must(nng_listen(there, address.c_str(), nullptr, 0), "nng_listen");
  must(nng_dial(here, address.c_str(), nullptr, 0), "nng_dial");
  double seconds = race({
    {arguments.receiver_core(), [&] {
      for (long left = count; left > 0; left--) {
        keep(receive(there));
        send(there, 64);
      }
    }},
    {arguments.sender_core(), [&] {
      for (long left = count; left > 0; left--) {
        send(here, 64);
        keep(receive(here));
      }
    }},
  });
  nng_close(here);
  nng_close(there);
  return seconds;
}

inline void run(const Arguments &arguments) {
  auto shape = arguments.text("shape");
  if (arguments.text("payload") == "large" || arguments.number("frames", 0) > 1)
    unsupported("payload");
  if (arguments.receivers() > 1 || arguments.capacity() == 0) unsupported(shape);
  // Its own threads stay where this one is.
  if (arguments.sender_core() >= 0 && arguments.sender_core() == arguments.receiver_core())
    pin(arguments.sender_core());
  long count = arguments.count();
  if (shape == "flow") {
    flow_once(arguments, 1000);
    print(flow_once(arguments, count), count);
  } else if (shape == "ping-pong") {
    ping_pong_once(arguments, count / 10 + 1);
    print(ping_pong_once(arguments, count), count);
  } else {
    unsupported(shape);
  }
}

}  // namespace nanomsg
