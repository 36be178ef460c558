// What is done with a queue.
#pragma once
#include <malloc.h>
#include <time.h>
#include "arguments.hpp"
#include "race.hpp"

inline size_t allocated() {
  auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

inline double cpu_seconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

template <class Q, class P> double flow_once(const Arguments &arguments, long count) {
  Q queue(arguments.capacity());
  std::vector<Runner> runners;
  for (long at = 0; at < arguments.receivers(); at++)
    runners.push_back({arguments.receiver_core(), [&] {
      typename Q::Receiver receiver(queue);
      size_t sum = 0;
      for (long left = count / arguments.receivers(); left > 0; left--)
        sum += receiver.receive().look();
      keep(sum);
    }});
  for (long at = 0; at < arguments.senders(); at++)
    runners.push_back({arguments.sender_core(), [&] {
      typename Q::Sender sender(queue);
      auto source = P::source();
      for (long number = 0; number < count / arguments.senders(); number++)
        sender.send(P::make(source, number));
    }});
  return race(std::move(runners));
}

template <class Q, class P> void flow(const Arguments &arguments) {
  long parts = arguments.senders() * arguments.receivers();
  long count = arguments.count() / parts * parts;
  flow_once<Q, P>(arguments, parts * 1000);
  print(flow_once<Q, P>(arguments, count), count);
}

template <class Q, class P> double burst_once(const Arguments &arguments, long count) {
  Q queue(-1);
  return race({{arguments.sender_core(), [&] {
    typename Q::Receiver receiver(queue);
    typename Q::Sender sender(queue);
    auto source = P::source();
    size_t sum = 0;
    for (long left = count / 1000; left > 0; left--) {
      for (int number = 0; number < 1000; number++) sender.send(P::make(source, number));
      for (int number = 0; number < 1000; number++) sum += receiver.receive().look();
    }
    keep(sum);
  }}});
}

template <class Q, class P> double ping_pong_once(const Arguments &arguments, long count) {
  Q there(arguments.capacity()), back(arguments.capacity());
  return race({
    {arguments.receiver_core(), [&] {
      typename Q::Receiver receiver(there);
      typename Q::Sender sender(back);
      for (long left = count; left > 0; left--) sender.send(receiver.receive());
    }},
    {arguments.sender_core(), [&] {
      typename Q::Receiver receiver(back);
      typename Q::Sender sender(there);
      auto source = P::source();
      size_t sum = 0;
      for (long number = 0; number < count; number++) {
        sender.send(P::make(source, number));
        sum += receiver.receive().look();
      }
      keep(sum);
    }},
  });
}

template <class Q, class P> void memory(const Arguments &arguments) {
  Q queue(-1);
  typename Q::Receiver receiver(queue);
  typename Q::Sender sender(queue);
  auto source = P::source();
  sender.send(P::make(source, 0));
  keep(receiver.receive().look());
  auto before = allocated();
  for (long number = 0; number < arguments.count(); number++) sender.send(P::make(source, number));
  auto full = allocated();
  for (long number = 0; number < arguments.count(); number++) keep(receiver.receive().look());
  auto after = allocated();
  std::printf("bytes %f\n", (double)(full - before) / arguments.count());
  std::printf("left %f\n", after > before ? (double)(after - before) / arguments.count() : 0.0);
}

template <class Q, class P> void blocked(const Arguments &arguments) {
  Q queue(-1);
  std::thread thread([&] {
    pin(arguments.receiver_core());
    typename Q::Receiver receiver(queue);
    keep(receiver.receive().look());
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  auto before = cpu_seconds();
  auto start = Clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  auto used = cpu_seconds() - before;
  auto waited = std::chrono::duration<double>(Clock::now() - start).count();
  typename Q::Sender sender(queue);
  sender.send(P::make(P::source(), 0));
  thread.join();
  std::printf("cpu %f\n", used / waited);
}

template <class Q, class P> void shape(const Arguments &arguments) {
  auto shape = arguments.text("shape");
  auto count = arguments.count();
  if (shape == "flow") return flow<Q, P>(arguments);
  if (shape == "memory") return memory<Q, P>(arguments);
  if (shape == "blocked") return blocked<Q, P>(arguments);
  if (shape == "burst") {
    burst_once<Q, P>(arguments, count / 10 + 1);
    return print(burst_once<Q, P>(arguments, count), count);
  }
  if (shape == "ping-pong") {
    ping_pong_once<Q, P>(arguments, count / 10 + 1);
    return print(ping_pong_once<Q, P>(arguments, count), count);
  }
  unsupported(shape);
}
