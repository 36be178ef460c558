import Foundation

/// Whether the tests run under the thread or the address sanitizer, where memory and speed are not the
/// program's own.
package let isSanitized: Bool = {
  let program = dlopen(nil, RTLD_NOW)
  return dlsym(program, "__tsan_init") != nil || dlsym(program, "__asan_init") != nil
}()
