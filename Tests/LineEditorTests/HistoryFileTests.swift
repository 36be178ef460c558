import Foundation
import Glibc
import TestSupport
import Testing

@testable import LineEditor

// Expectations can't call what changes a value.

private final class SharedFile {
  private var file: HistoryFile
  init(path: String) { file = HistoryFile(path: HistoryPath(path)) }
  init(path: HistoryPath) { file = HistoryFile(path: path) }
  func read() throws -> [String] { try file.read() }
  func append(_ entries: [String]) -> HistoryFile.Appended { file.append(entries) }
}

private final class SharedHistory {
  private var history: History
  init(path: String) { history = History(path: HistoryPath(path)) }
  var entries: [String] { history.entries }
  func add(_ entry: String) -> Bool { history.add(entry) }
  func save() { history.save() }
  func takeNotice() -> String? { history.takeNotice() }
}

/// A history's file on its own.
@Suite("History file", .timeLimit(.minutes(2)))
struct HistoryFileTests {
  private let home = TemporaryHome()
  private var path: String { home.path + "/history" }

  private func write(_ text: String) throws { try home.write(text, to: "history") }
  private func written() throws -> String { try contents(of: path) }

  @Test(
    "entries come back as they were",
    arguments: ["a\nb", "back\\slash\\n", "日本🦊", "\r", "\u{1}\u{7F}\u{85}\u{2028}", "\\", "a\\\n"])
  func escaping(entry: String) throws {
    let file = SharedFile(path: path)
    #expect(file.append([entry, "next"]).count == 2)
    #expect(try file.read() == [entry, "next"])
  }

  @Test("a path that is not UTF-8 names that very file, and is shown with its bytes")
  func bytesOfAPath() throws {
    let path = HistoryPath(Array(home.path.utf8) + [0x2F, 0xFF, 0x2F, 0xC3])
    let file = SharedFile(path: path)
    #expect(file.append(["one"]).problem == nil)
    #expect(access(path.system, F_OK) == 0)
    #expect(try file.read() == ["one"])
    #expect(path.shown == home.path + "/\\xFF/\\xC3")
  }

  @Test("files of libedit are read, also with entries added to them")
  func libedit() throws {
    try write("_HiStOrY_V2_\nsend\\040a\\040\"\\134\"\\012\n\\M-C\\M-<ber\\040\\^A\n")
    let file = SharedFile(path: path)
    #expect(file.append(["{\n  recv a \\x\n}"]).count == 1)
    #expect(try file.read() == ["send a \"\\\"", "über \u{1}", "{\n  recv a \\x\n}"])
  }

  @Test("a line that was torn stays a line of its own")
  func torn() throws {
    try write("whole\nhal")
    let file = SharedFile(path: path)
    #expect(file.append(["next", "last"]).count == 2)
    #expect(try written() == "whole\nhal\nnext\nlast\n")
  }

  @Test("a link is followed and stays a link, also to a file that is not there yet")
  func link() throws {
    try write("old\n")
    let link = home.path + "/link"
    symlink(path, link)
    let file = SharedFile(path: link)
    #expect(try file.read() == ["old"])
    #expect(file.append(["new"]).count == 1)
    #expect(try written() == "old\nnew\n")
    unlink(path)
    #expect(try file.read() == [])
    #expect(file.append(["first"]).count == 1)
    #expect(try written() == "first\n")
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test("what is no regular file is refused at once, whether read or written")
  func noFile() throws {
    mkdir(home.path + "/folder", 0o700)
    symlink("loop", home.path + "/loop")
    for name in [home.makePipe(), home.path + "/folder", "/dev/zero", home.path + "/loop"] {
      let file = SharedFile(path: name)
      #expect(throws: HistoryFile.Problem.self) { try file.read() }
      let result = file.append(["lost"])
      #expect(result.count == 0 && result.problem != nil)
      let history = SharedHistory(path: name)
      #expect(history.add("typed"))
      history.save()
      #expect(history.entries == ["typed"])
      #expect(history.takeNotice()?.contains(name) == true)
      #expect(history.takeNotice() == nil)
    }
  }

  @Test("a history that can't be read is not written", .enabled(if: geteuid() != 0))
  func unreadable() throws {
    try write("precious\n")
    chmod(path, 0)
    let history = SharedHistory(path: path)
    #expect(history.add("typed"))
    history.save()
    #expect(history.takeNotice()?.contains("Permission denied") == true)
    chmod(path, 0o600)
    #expect(try written() == "precious\n")
  }

  @Test("a lock that is held is not waited for, and that is told once")
  func lock() throws {
    let lock = open(path + ".lock", O_RDWR | O_CREAT, 0o600)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX) == 0)
    let history = SharedHistory(path: path)
    let started = ContinuousClock.now
    for number in 0..<50 {
      #expect(history.add("entry \(number)"))
      history.save()
    }
    #expect(ContinuousClock.now - started < .seconds(5))
    #expect(history.takeNotice()?.contains("holds") == true)
    #expect(history.takeNotice() == nil)
    #expect(try written().split(separator: "\n").count == 50)
  }

  @Test("of a large file the end is read, from the beginning of an entry")
  func large() throws {
    let line = String(repeating: "x", count: 999)
    let data = Data(String(repeating: line + "\n", count: 20_000).utf8)
    try data.write(to: URL(fileURLWithPath: path))
    let file = SharedFile(path: path)
    let started = ContinuousClock.now
    let entries = try file.read()
    for _ in 0..<20 { #expect(file.append(["more"]).count == 1) }
    #expect(ContinuousClock.now - started < .seconds(5))
    #expect(entries.count == HistoryFile.window / 1000)
    #expect(entries.allSatisfy { $0 == line })
    #expect(try file.read().suffix(21) == [line] + Array(repeating: "more", count: 20))
  }

  @Test("an entry that cannot be written is told of once, and follows once it can be")
  func notWritten() throws {
    let folder = home.path + "/folder"
    try home.write("in the way", to: "folder")
    let history = SharedHistory(path: folder + "/history")
    // A file in the place of the folder: reading fails, too, and nothing is ever written.
    #expect(history.takeNotice()?.contains("Not a directory") == true)
    #expect(history.add("one"))
    history.save()
    #expect(history.takeNotice() == nil)

    let dangling = home.path + "/dangling"
    symlink(home.path + "/later/history", dangling)
    let other = SharedHistory(path: dangling)
    #expect(other.add("one"))
    other.save()
    #expect(other.takeNotice()?.contains("could not be added") == true)
    #expect(other.add("two"))
    other.save()
    #expect(other.takeNotice() == nil)
    mkdir(home.path + "/later", 0o700)
    #expect(other.add("three"))
    other.save()
    #expect(try HistoryFile(path: HistoryPath(dangling)).read() == ["one", "two", "three"])
  }

  @Test(
    "blank text, repetitions, a line that begins with a blank and what is too long are not kept")
  func leftOut() {
    let history = SharedHistory(path: "")
    #expect(history.add("a"))
    for text in ["a", "", "  ", " secret", "\tsecret", String(repeating: "x", count: 1 << 20)] {
      #expect(!history.add(text))
    }
    #expect(history.add("  {\n    echo pasted\n  }"))
    #expect(history.entries.count == 2)
  }
}
