#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The kind of a file.
enum FileKind {
  case regular, folder, pipe, socket, device, link, other

  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    case S_IFCHR, S_IFBLK: self = .device
    case S_IFLNK: self = .link
    default: self = .other
    }
  }

  /// The kind in words, with its article.
  var words: String {
    switch self {
    case .regular: "a file"
    case .folder: "a folder"
    case .pipe: "a pipe"
    case .socket: "a socket"
    case .device: "a device"
    case .link: "a link"
    case .other: "no file"
    }
  }

  /// What to do where a scenario is a file of this kind.
  var advice: String {
    switch self {
    case .pipe, .device: "give it to 'inproc replay -'"
    default: "name a file"
    }
  }
}

/// The properties of a file.
struct FileStatus {
  let kind: FileKind
  /// The identity of the file, which does not depend on its name.
  let identity: Identity
  let size: Int
  let mode: mode_t
  let links: Int
  let owner: uid_t
  let group: gid_t

  struct Identity: Hashable {
    let device: UInt64
    let number: UInt64
  }

  /// The properties of the file with a name. Links are followed, unless the link itself is meant.
  ///
  /// - Throws: the system's reason.
  init(_ name: String, followingLinks: Bool = true) throws(SystemReason) {
    var status = stat()
    let path = FileName.system(name)
    let result = followingLinks ? stat(path, &status) : lstat(path, &status)
    guard result == 0 else { throw SystemReason() }
    self.init(status)
  }

  /// The properties of an open file.
  ///
  /// - Throws: the system's reason.
  init(descriptor: Int32) throws(SystemReason) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemReason() }
    self.init(status)
  }

  private init(_ status: stat) {
    kind = FileKind(mode: status.st_mode)
    identity = Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      number: UInt64(truncatingIfNeeded: status.st_ino))
    size = Int(status.st_size)
    mode = status.st_mode
    links = Int(status.st_nlink)
    owner = status.st_uid
    group = status.st_gid
  }
}
