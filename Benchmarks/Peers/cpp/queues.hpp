// Queues of C++ behind one shape.
#pragma once
#include <concurrentqueue/blockingconcurrentqueue.h>
#include <tbb/concurrent_queue.h>
#include "arguments.hpp"

/// moodycamel's, with a token for each sender and receiver: its fastest way.
template <class T> struct Moodycamel {
  moodycamel::BlockingConcurrentQueue<T> queue;
  struct Sender {
    Moodycamel &to;
    moodycamel::ProducerToken token;
    explicit Sender(Moodycamel &to) : to(to), token(to.queue) {}
    void send(T value) { to.queue.enqueue(token, std::move(value)); }
  };
  struct Receiver {
    Moodycamel &from;
    moodycamel::ConsumerToken token;
    explicit Receiver(Moodycamel &from) : from(from), token(from.queue) {}
    T receive() {
      T value;
      from.queue.wait_dequeue(token, value);
      return value;
    }
  };
  explicit Moodycamel(long capacity) {
    if (capacity >= 0) unsupported("bounded");
  }
};

/// TBB's, which blocks, bounded or not.
template <class T> struct Tbb {
  tbb::concurrent_bounded_queue<T> queue;
  struct Sender {
    Tbb &to;
    explicit Sender(Tbb &to) : to(to) {}
    void send(T value) { to.queue.push(std::move(value)); }
  };
  struct Receiver {
    Tbb &from;
    explicit Receiver(Tbb &from) : from(from) {}
    T receive() {
      T value;
      from.queue.pop(value);
      return value;
    }
  };
  explicit Tbb(long capacity) {
    if (capacity == 0) unsupported("rendezvous");
    if (capacity > 0) queue.set_capacity(capacity);
  }
};
