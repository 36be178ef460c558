internal import Inproc

/// Which scenarios paths stand for: files as they are named, of folders all that end in `.scn` below.
///
/// Links to folders are followed, each folder is read once, and each file is found once, by a name
/// without links in it where it has one below the folder. What can't be read, and what is named like
/// a scenario and is no file, is found as a problem: nothing is left out in silence.
package struct ScenarioSearch {
  /// A scenario, or why there is none.
  package struct Found: Sendable {
    package let name: String
    package let problem: CommandError?

    package init(name: String, problem: CommandError? = nil) {
      self.name = name
      self.problem = problem
    }
  }

  /// A path that was named and does not exist.
  package struct Missing: Error {
    package let path: String
  }

  private var found: [Found] = []
  /// Files without links in their names, so that two hard links are two files.
  private var files: Set<[UInt8]> = []
  private var folders: Set<FileStatus.Identity> = []
  private var hasStandardInput = false

  /// What the paths stand for, in their order, and below a folder sorted by the bytes of the names.
  ///
  /// - Throws: the first path that does not exist.
  package static func find(_ paths: [String]) throws(Missing) -> [Found] {
    var search = ScenarioSearch()
    for path in paths { try search.add(path) }
    return search.found
  }

  private mutating func add(_ path: String) throws(Missing) {
    if path == "-" {
      if !hasStandardInput { found.append(Found(name: path)) }
      hasStandardInput = true
      return
    }
    do throws(SystemReason) {
      let status = try FileStatus(path)
      guard status.kind == .folder else { return addFile(path, status.kind) }
    } catch {
      let isMissing = error == .missing || error == .notFolder
      if isMissing, (try? FileStatus(path, followingLinks: false)) == nil {
        throw Missing(path: path)
      }
      return fail(path, error)
    }
    let before = found.count
    var links = readAll(below: path)
    while !links.isEmpty {
      links.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      links = links.flatMap { follow($0) }
    }
    found[before...].sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  // MARK: Files

  private mutating func addFile(_ name: String, _ kind: FileKind) {
    guard kind == .regular else {
      return found.append(Found(name: name, problem: SourceFile.refusal(name, kind)))
    }
    if files.insert(ScenarioSearch.identity(name)).inserted { found.append(Found(name: name)) }
  }

  /// The name of the file without links, by whichever path it was found.
  private static func identity(_ name: String) -> [UInt8] {
    FileName.bytes(of: FileName.resolved(name) ?? name)
  }

  private mutating func fail(_ name: String, _ reason: SystemReason) {
    var problem = SourceFile.problem(name, reason)
    if reason == .missing, (try? FileStatus(name, followingLinks: false)) != nil {
      problem = CommandError(
        .io, "can't read \(FileName.quoted(name)): it is a link to something that does not exist")
    }
    found.append(Found(name: name, problem: problem))
  }

  // MARK: Folders

  /// Reads a folder and those in it. Returns the links that were found and not followed.
  private mutating func readAll(below folder: String) -> [String] {
    var pending = [folder]
    var links: [String] = []
    while let next = pending.popLast() { read(next, &pending, &links) }
    return links
  }

  private mutating func read(_ folder: String, _ pending: inout [String], _ links: inout [String]) {
    let contents: FolderContents
    do throws(SystemReason) { contents = try FolderContents(folder) } catch {
      return fail(folder, error)
    }
    guard folders.insert(contents.identity).inserted else { return }
    let base = FileName.hasSuffix(folder, "/") ? folder : folder + "/"
    for (name, kind) in contents.entries { take(base + name, kind, &pending, &links) }
    if let problem = contents.problem { fail(folder, problem) }
  }

  /// Takes an entry of a folder; `kind` is the kind that the folder says it has.
  private mutating func take(
    _ path: String, _ kind: FileKind?, _ pending: inout [String], _ links: inout [String]
  ) {
    let isScenario = FileName.hasSuffix(path, ".scn")
    if !isScenario, let kind, kind != .folder, kind != .link { return }
    do throws(SystemReason) {
      switch try FileStatus(path, followingLinks: false).kind {
      case .folder: pending.append(path)
      case .link: links.append(path)
      case let kind: if isScenario { addFile(path, kind) }
      }
    } catch {
      fail(path, error)
    }
  }

  /// Takes what a link leads to. Returns further links that were found there.
  private mutating func follow(_ link: String) -> [String] {
    let isScenario = FileName.hasSuffix(link, ".scn")
    do throws(SystemReason) {
      let kind = try FileStatus(link).kind
      if kind == .folder { return readAll(below: link) }
      if isScenario { addFile(link, kind) }
    } catch {
      // A link with another name that leads nowhere is ignored: it is an editor's lock, for
      // instance.
      let leadsNowhere = [.missing, .notFolder, .tooManyLinks].contains(error)
      if isScenario || !leadsNowhere { fail(link, error) }
    }
    return []
  }
}
