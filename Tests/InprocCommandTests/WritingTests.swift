import Foundation
import TestSupport
import Testing

@Suite("Writing scenarios", .timeLimit(.minutes(1)))
struct WritingTests {
  private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
    try contents(of: folder.path + "/" + name)
  }

  private func bytes(_ folder: TemporaryFolder, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
  }

  @Test("replay --bless writes results into the file, keeps its mode, and leaves nothing behind")
  func bless() async throws {
    let folder = try TemporaryFolder(["real/a.scn": "echo x\n=> y # why\n"])
    let path = folder.path + "/real/a.scn"
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let link = folder.path + "/link.scn"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)

    let ran = try await inproc("replay", "--bless", link)
    #expect(ran.output == "blessed \(link): 1 line\n1 passed, 0 failed\n")
    #expect(ran.status == 0)
    #expect(try text(folder, "real/a.scn") == "echo x\n=> x # why\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/real") == ["a.scn"])

    let again = try await inproc("replay", "--bless", link)
    #expect(again.output == "passed  \(link)\n1 passed, 0 failed\n")
  }

  @Test("a refusal says where, writes nothing, and gives 1; a mistake gives 2")
  func refusal() async throws {
    let text = "repeat 2 as i { echo $i; => x }\necho a\n=> b\n"
    let folder = try TemporaryFolder(["a.scn": text, "b.scn": "sned\n"])
    let ran = try await inproc("replay", "--bless", folder.path + "/a.scn")
    #expect(ran.output.hasPrefix("REFUSED "))
    #expect(ran.output.contains("a.scn:1:17: 'echo $i' gives '=> 1' or '=> 2'"))
    #expect(ran.status == 1)
    #expect(try self.text(folder, "a.scn") == text)
    #expect(try await inproc("replay", "--bless", folder.path).status == 2)
  }

  @Test(
    "--bless with what can't be blessed is a usage error",
    arguments: [["a.scn", "--free"], ["-"], ["a.scn", "--report", "json"]])
  func usage(_ arguments: [String]) async throws {
    let ran = try await inproc(["replay", "--bless"] + arguments)
    #expect(ran.status == 2)
    #expect(ran.output == "")
  }

  @Test("format writes files in place and names them; --check only names them and gives 1")
  func format() async throws {
    let folder = try TemporaryFolder(["a.scn": "echo   x\n", "b.scn": "echo y\n"])
    let check = try await inproc("format", "--check", folder.path)
    #expect(check.output == "\(folder.path)/a.scn\n")
    #expect(check.status == 1)
    #expect(try text(folder, "a.scn") == "echo   x\n")

    let ran = try await inproc("format", folder.path)
    #expect(ran.output == "\(folder.path)/a.scn\n")
    #expect(ran.status == 0)
    #expect(try text(folder, "a.scn") == "echo x\n")
    #expect(try await inproc("format", "--check", folder.path).status == 0)
  }

  @Test("format - reads standard input and writes standard output")
  func formatStandardInput() async throws {
    let ran = try await inproc("format", "-", input: "spawn {echo x}")
    #expect(ran.output == "spawn { echo x }\n")
    #expect(ran.status == 0)
    let broken = try await inproc("format", "-", input: "sned")
    #expect(broken.output == "" && broken.status == 2)
    #expect(broken.errors.hasPrefix("-:1:1: error: "))
  }

  @Test("line ends, a byte order mark and an end without one stay as they are")
  func lineEnds() async throws {
    let mark = "\u{FEFF}"
    let folder = try TemporaryFolder([
      "crlf.scn": "\(mark)echo a\r\necho b\r\n=> x\r\necho c",
      "mixed.scn": "echo a\r\necho b\necho c\n",
      "last.scn": "echo a\r\necho b\r\n=> x",
    ])
    #expect(try await inproc("replay", "--bless", folder.path).status == 0)
    #expect(
      try bytes(folder, "crlf.scn").elementsEqual(
        "\(mark)echo a\r\n=> a\r\necho b\r\n=> b\r\necho c\r\n=> c".utf8))
    #expect(
      try bytes(folder, "mixed.scn").elementsEqual(
        "echo a\r\n=> a\r\necho b\n=> b\necho c\n=> c\n".utf8))
    #expect(
      try bytes(folder, "last.scn").elementsEqual(
        "echo a\r\n=> a\r\necho b\r\n=> b".utf8))

    let other = try TemporaryFolder([
      "crlf.scn": "\(mark)echo   a\r\n\r\n\r\necho b\n", "clean.scn": "\(mark)echo a\r\necho b\r\n",
    ])
    let ran = try await inproc("format", other.path)
    #expect(ran.output == "\(other.path)/crlf.scn\n")
    #expect(
      try bytes(other, "crlf.scn").elementsEqual("\(mark)echo a\r\n\r\necho b\r\n".utf8))
    let piped = try await inproc("format", "-", input: "\(mark)echo  a\r\n")
    #expect(piped.output.utf8.elementsEqual("\(mark)echo a\r\n".utf8))
    #expect(try await inproc(input: "\(mark)echo a\r\n=> a\r\n").status == 0)
    #expect(try await inproc(input: "echo \(mark)a\n").status == 2)
  }

  @Test(
    "a file with several names keeps them, and one in a folder that can't be written is written")
  func inPlace() async throws {
    let folder = try TemporaryFolder(["a.scn": "echo   a\n", "t/b.scn": "echo   b\n"])
    let ran = try await shell(
      """
      ln a.scn other; chmod 777 t; U=; [ "$(id -u)" = 0 ] && U='setpriv --reuid 65534 --clear-groups'
      chmod 755 .; chmod 666 t/b.scn; chmod 555 t
      "$INPROC" format a.scn; $U "$INPROC" format t; cat other t/b.scn; ls -A . t; chmod 755 t
      """, in: folder.path)
    #expect(ran.output == "a.scn\nt/b.scn\necho a\necho b\n.:\na.scn\nother\nt\n\nt:\nb.scn\n")
    #expect(ran.errors == "")
  }

  @Test("owner, group and attributes stay, and the bits go that lend a user's rights")
  func owner() async throws {
    let folder = try TemporaryFolder(["a.scn": "echo   a\n"])
    let ran = try await shell(
      """
      [ "$(id -u)" = 0 ] && chown 65534:65533 a.scn; chmod 6750 a.scn; before=$(stat -c %u:%g a.scn)
      "$INPROC" format a.scn; stat -c %a a.scn; [ $before = $(stat -c %u:%g a.scn) ] && echo same
      """, in: folder.path)
    #expect(ran.output == "a.scn\n750\nsame\n")
  }

  @Test(
    "where there is no room the file is as it was, and nothing is left", arguments: [false, true])
  func full(isLinked: Bool) async throws {
    let lines = String(repeating: "echo   a\n", count: 1000)
    let folder = try TemporaryFolder(["a.scn": "echo x\n" + lines])
    let ran = try await shell(
      """
      \(isLinked ? "ln a.scn b.scn;" : "") cp a.scn /tmp/$$.scn; (ulimit -f 4; "$INPROC" format a.scn)
      echo "status $?"; cmp a.scn /tmp/$$.scn && echo same; rm /tmp/$$.scn; ls -A | grep -v '^[ab].scn'
      (ulimit -f 1; "$INPROC" replay a.scn --output new.txt --diagram new.svg > /dev/null)
      echo "status $?"; ls -A | grep -v '^[ab].scn'
      """, in: folder.path)
    #expect(ran.output.hasPrefix("status 2\nsame\nstatus 2\n"))
    #expect(ran.errors.contains("can't write 'a.scn': File too large"))
    #expect(!ran.output.contains(".inproc-new"))
  }

  @Test("what a kill left for a moment is taken away by the next write")
  func leftover() async throws {
    let folder = try TemporaryFolder(["a.scn": "echo   a\n", ".a.scn.inproc-new": "half"])
    #expect(try await inproc("format", folder.path).status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.scn"])
  }

  @Test("a link to nothing is written where it leads, and a folder is not written")
  func target() async throws {
    let folder = try TemporaryFolder(["a.scn": "echo a\n", "t/x": ""])
    let ran = try await shell(
      """
      ln -s t/new link; "$INPROC" replay a.scn --output link; readlink link; cat t/new
      "$INPROC" replay a.scn --output t; echo "status $?"
      """, in: folder.path)
    #expect(
      ran.output
        == "1 passed, 0 failed\nt/new\npassed  a.scn\n1 passed, 0 failed\nstatus 2\n")
    #expect(ran.errors.contains("can't write 't': Is a directory"))
  }
}
