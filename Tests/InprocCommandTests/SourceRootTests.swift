import Foundation
import TestSupport
import Testing

/// A file that somebody else has written reads only what lies in the folder that it was run from.
@Suite("--root", .timeLimit(.minutes(1)))
struct SourceRootTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder([
      "in/good.txt": "echo inside\n", "in/bad.txt": "secretword\n",
      "in/deep/up.txt": "source ../good.txt\n",
      "out/good.txt": "echo outside\n", "out/bad.txt": "secretword\n",
    ])
    for (link, target) in [
      ("in/inward.txt", "good.txt"), ("in/outward.txt", "../out/good.txt"), ("in/folder", "../out"),
      ("in/zero.txt", "/dev/zero"), ("linked", "in"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + link, withDestinationPath: target)
    }
  }

  /// Replays a file of the folder `in` that sources a path.
  private func source(_ path: String, _ options: [String] = []) async throws -> Ran {
    let file = folder.path + "/in/main.scn"
    try Data("source \"\(path)\"\n".utf8).write(to: URL(fileURLWithPath: file))
    return try await inproc(["replay"] + options + [file])
  }

  @Test(
    "what lies below is read, whatever way leads there",
    arguments: [
      "good.txt", "./good.txt", "../in/good.txt", "inward.txt", "deep/up.txt",
      "folder/../in/good.txt",
      "../linked/good.txt",
    ])
  func inside(_ path: String) async throws {
    #expect(try await source(path).status == 0)
    #expect(try await source(folder.path + "/in/" + path).status == 0)
  }

  @Test(
    "what does not is refused, and the error names the path and --root",
    arguments: [
      "../out/good.txt", "outward.txt", "folder/good.txt", "../out/missing.txt", "/etc/passwd",
      "/dev/zero", "zero.txt", "/no/such/file", "..",
    ])
  func outside(_ path: String) async throws {
    let ran = try await source(path)
    #expect(ran.status == 1)
    #expect(ran.output.contains("=! io: can't read "))
    #expect(ran.output.contains("name a folder that holds both with --root"))
    #expect(!ran.output.contains("outside"))
  }

  @Test("--root widens it, and narrows it")
  func options() async throws {
    #expect(try await source("../out/good.txt", ["--root", folder.path]).status == 0)
    #expect(try await source("outward.txt", ["--root", folder.path]).status == 0)
    #expect(try await source("good.txt", ["--root", folder.path + "/linked"]).status == 0)
    #expect(try await source("good.txt", ["--root", folder.path + "/in/deep"]).status == 1)
    let missing = try await source("good.txt", ["--root", folder.path + "/missing"])
    #expect(missing.status == 2)
    #expect(missing.errors.contains("is not a folder"))
  }

  @Test("of a folder that is named, all may be read")
  func named() async throws {
    let text = "source ../out/good.txt\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/in/main.scn"))
    #expect(try await inproc("replay", folder.path).status == 0)
    #expect(try await inproc("replay", folder.path + "/in").status == 1)
  }

  @Test("an error about another file tells its place and nothing of its text")
  func secret() async throws {
    let ran = try await source("bad.txt")
    #expect(ran.status == 1)
    #expect(ran.output.contains("bad.txt' does not parse: there is a mistake at line 1, column 1"))
    #expect(!ran.output.contains("secretword"))
    let typed = try await inproc("-c", "source \(folder.path)/out/bad.txt")
    #expect(!(typed.output + typed.errors).contains("secretword"))
  }

  @Test("only regular files are read, and nothing is waited for")
  func kinds() async throws {
    try #require(mkfifo(folder.path + "/in/pipe", 0o600) == 0)
    for path in ["pipe", "deep"] {
      let ran = try await source(path)
      #expect(ran.status == 1)
      #expect(ran.output.contains("=! io: can't read "))
    }
    for path in ["\(folder.path)/in/pipe", "/dev/zero", "/dev/tty", folder.path] {
      let ran = try await inproc("-c", "source \(path)")
      #expect(ran.status == 1)
      #expect(ran.output.contains("=! io: can't read "))
    }
  }

  @Test("what is typed may read all that the user may")
  func typed() async throws {
    let path = folder.path + "/out/good.txt"
    #expect(try await inproc("-c", "source \(path)").output == "=> outside\n")
    #expect(try await inproc(input: "source \(path)\n").output == "=> outside\n")
  }
}
