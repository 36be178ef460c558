/// The version of this package: here, and nowhere else.
enum Version {
  static let number = "0.9.0"
}
