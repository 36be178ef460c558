struct Chart {
  let results: Results
  var svg: String { "" }
}
