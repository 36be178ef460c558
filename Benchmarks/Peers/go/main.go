// Goroutines and Go's channels as a contestant: runs what its arguments say once and prints the
// figures. A Go channel always has a capacity; without one in the arguments it has 1,024 places.
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

var arguments = map[string]string{}

func number(key string, otherwise int) int {
	if value, err := strconv.Atoi(arguments[key]); err == nil {
		return value
	}
	return otherwise
}

func unsupported(what string) {
	fmt.Fprintln(os.Stderr, "unsupported:", what)
	os.Exit(3)
}

// Keeps the calling thread on a core, and the goroutine on the thread where the two cores differ.
func pin(core int) {
	if core < 0 || number("sender-core", -1) == number("receiver-core", -1) {
		return
	}
	runtime.LockOSThread()
	setAffinity(0, core)
}

func setAffinity(thread, core int) {
	var mask [16]uint64
	mask[core/64] = 1 << (core % 64)
	syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(thread), unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask)))
}

// Keeps all threads on a core; those that come later inherit it.
func stayOn(core int) {
	runtime.GOMAXPROCS(1)
	threads, _ := os.ReadDir("/proc/self/task")
	for _, entry := range threads {
		if thread, err := strconv.Atoi(entry.Name()); err == nil {
			setAffinity(thread, core)
		}
	}
}

type runner struct {
	core int
	body func()
}

func race(runners []runner) float64 {
	var ready, done sync.WaitGroup
	line := make(chan struct{})
	starts, ends := make([]time.Time, len(runners)), make([]time.Time, len(runners))
	for at := range runners {
		ready.Add(1)
		done.Add(1)
		go func(at int) {
			pin(runners[at].core)
			ready.Done()
			<-line
			starts[at] = time.Now()
			runners[at].body()
			ends[at] = time.Now()
			done.Done()
		}(at)
	}
	ready.Wait()
	close(line)
	done.Wait()
	start, end := starts[0], ends[0]
	for at := range runners {
		if starts[at].Before(start) {
			start = starts[at]
		}
		if ends[at].After(end) {
			end = ends[at]
		}
	}
	return end.Sub(start).Seconds()
}

func print(seconds float64, operations int) {
	fmt.Printf("seconds %.9f\noperations %d\n", seconds, operations)
}

var sink int

func flow[T any](count int, create func(int) T, look func(T) int) float64 {
	senders, receivers := number("senders", 1), number("receivers", 1)
	channel := make(chan T, number("capacity", 1024))
	var runners []runner
	for at := 0; at < receivers; at++ {
		runners = append(runners, runner{number("receiver-core", -1), func() {
			sum := 0
			for left := count / receivers; left > 0; left-- {
				sum += look(<-channel)
			}
			if sum == 1 {
				sink = sum
			}
		}})
	}
	for at := 0; at < senders; at++ {
		runners = append(runners, runner{number("sender-core", -1), func() {
			for number := 0; number < count/senders; number++ {
				channel <- create(number)
			}
		}})
	}
	return race(runners)
}

func pingPong[T any](count int, create func(int) T, look func(T) int) float64 {
	capacity := number("capacity", 1024)
	there, back := make(chan T, capacity), make(chan T, capacity)
	return race([]runner{
		{number("receiver-core", -1), func() {
			for left := count; left > 0; left-- {
				back <- <-there
			}
		}},
		{number("sender-core", -1), func() {
			sum := 0
			for number := 0; number < count; number++ {
				there <- create(number)
				sum += look(<-back)
			}
			sink = sum
		}},
	})
}

func burst[T any](count int, create func(int) T, look func(T) int) float64 {
	channel := make(chan T, 1024)
	return race([]runner{{number("sender-core", -1), func() {
		sum := 0
		for left := count / 1000; left > 0; left-- {
			for number := 0; number < 1000; number++ {
				channel <- create(number)
			}
			for number := 0; number < 1000; number++ {
				sum += look(<-channel)
			}
		}
		sink = sum
	}}})
}

// A select statement of two cases; more need reflection, as no statement can list them.
func selecting[T any](count int, create func(int) T, look func(T) int) float64 {
	channels := make([]chan T, number("receivers", 2))
	var cases []reflect.SelectCase
	for at := range channels {
		channels[at] = make(chan T, 1024)
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channels[at])})
	}
	return race([]runner{
		{number("receiver-core", -1), func() {
			sum := 0
			for left := count; left > 0; left-- {
				if len(channels) == 2 {
					select {
					case value := <-channels[0]:
						sum += look(value)
					case value := <-channels[1]:
						sum += look(value)
					}
				} else {
					_, value, _ := reflect.Select(cases)
					sum += value.Len()
				}
			}
			sink = sum
		}},
		{number("sender-core", -1), func() {
			for number := 0; number < count; number++ {
				channels[number%len(channels)] <- create(number)
			}
		}},
	})
}

func blocked() {
	channel := make(chan int)
	go func() { <-channel }()
	time.Sleep(50 * time.Millisecond)
	cpu := func() float64 {
		var usage syscall.Rusage
		syscall.Getrusage(0, &usage)
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
	}
	before, start := cpu(), time.Now()
	time.Sleep(300 * time.Millisecond)
	fmt.Printf("cpu %f\n", (cpu()-before)/time.Since(start).Seconds())
	channel <- 1
}

func shape[T any](create func(int) T, look func(T) int) {
	parts := number("senders", 1) * number("receivers", 1)
	count := number("count", 1000000) / parts * parts
	shapes := map[string]func(int, func(int) T, func(T) int) float64{
		"flow": flow[T], "async-flow": flow[T], "burst": burst[T], "ping-pong": pingPong[T],
		"async-ping-pong": pingPong[T], "select": selecting[T],
	}
	run, known := shapes[arguments["shape"]]
	if !known {
		unsupported(arguments["shape"])
	}
	run(parts*1000, create, look)
	print(run(count, create, look), count)
}

func main() {
	for _, word := range os.Args[1:] {
		if at := strings.IndexByte(word, '='); at > 0 {
			arguments[word[:at]] = word[at+1:]
		}
	}
	if core := number("sender-core", -1); core >= 0 && core == number("receiver-core", -1) {
		stayOn(core)
	}
	if arguments["shape"] == "blocked" {
		blocked()
		return
	}
	shared, length := make([]byte, 64), func(value []byte) int { return len(value) }
	switch arguments["payload"] {
	case "shared":
		shape(func(int) []byte { return shared }, length)
	case "large":
		large := make([]byte, 1<<20)
		shape(func(int) []byte { return large }, length)
	case "fresh":
		shape(func(int) []byte { return append([]byte(nil), shared...) }, length)
	case "word":
		shape(func(number int) uint64 { return uint64(number) }, func(value uint64) int { return int(value) })
	default:
		unsupported(arguments["payload"])
	}
}
