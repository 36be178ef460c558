//! Calls to the C library: placement, memory, CPU time.

use std::os::raw::{c_int, c_long};

#[repr(C)]
struct Mallinfo2 {
    arena: usize, ordblks: usize, smblks: usize, hblks: usize, hblkhd: usize,
    usmblks: usize, fsmblks: usize, uordblks: usize, fordblks: usize, keepcost: usize,
}

#[repr(C)]
struct Timespec { seconds: c_long, nanoseconds: c_long }

extern "C" {
    fn sched_setaffinity(pid: c_int, size: usize, mask: *const u64) -> c_int;
    fn mallinfo2() -> Mallinfo2;
    fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int;
}

/// Keeps the calling thread on a core; negative: wherever the kernel likes.
pub fn pin(core: i64) {
    if core < 0 { return }
    let mut mask = [0u64; 16];
    mask[core as usize / 64] = 1 << (core % 64);
    if unsafe { sched_setaffinity(0, std::mem::size_of_val(&mask), mask.as_ptr()) } != 0 {
        eprintln!("can't stay on core {}", core);
        std::process::exit(1)
    }
}

/// Bytes that are allocated now.
pub fn allocated() -> usize {
    let info = unsafe { mallinfo2() };
    info.uordblks + info.hblkhd
}

/// The CPU time of this process.
pub fn cpu_seconds() -> f64 {
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    unsafe { clock_gettime(2, &mut time) };
    time.seconds as f64 + time.nanoseconds as f64 * 1e-9
}
