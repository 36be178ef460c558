struct Document {
  let results: Results
  func fill(_ path: String) throws {}
}
