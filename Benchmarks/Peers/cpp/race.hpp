// Threads on their cores, from one starting line. They take the times themselves.
#pragma once
#include <pthread.h>
#include <sched.h>
#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;

struct Runner {
  int core;
  std::function<void()> body;
};

inline void pin(int core) {
  if (core < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    std::fprintf(stderr, "can't stay on core %d\n", core);
    std::exit(1);
  }
}

/// The seconds from the first start to the last end.
inline double race(std::vector<Runner> runners) {
  std::barrier line((std::ptrdiff_t)runners.size());
  std::vector<Clock::time_point> starts(runners.size()), ends(runners.size());
  std::vector<std::thread> threads;
  for (size_t at = 0; at < runners.size(); at++) {
    threads.emplace_back([&, at] {
      pin(runners[at].core);
      line.arrive_and_wait();
      starts[at] = Clock::now();
      runners[at].body();
      ends[at] = Clock::now();
    });
  }
  for (auto &thread : threads) thread.join();
  auto start = *std::min_element(starts.begin(), starts.end());
  auto end = *std::max_element(ends.begin(), ends.end());
  return std::chrono::duration<double>(end - start).count();
}

inline void print(double seconds, long operations) {
  std::printf("seconds %.9f\noperations %ld\n", seconds, operations);
}

/// Keeps a result from being optimised away.
inline void keep(size_t value) { asm volatile("" : : "r"(value) : "memory"); }
