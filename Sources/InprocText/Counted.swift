/// A number with its noun, which has an "s" where there are several: `1 schedule`, `2 schedules`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
