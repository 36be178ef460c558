/// What several samples say together.
public enum BenchStatistics {
  /// The middle one, or the mean of the middle two.
  public static func median(_ samples: [Double]) -> Double {
    let sorted = samples.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// Half of the range, as a part of the median.
  public static func spread(_ samples: [Double]) -> Double {
    guard let least = samples.min(), let most = samples.max(), most > 0 else { return 0 }
    return (most - least) / 2 / median(samples)
  }
}
