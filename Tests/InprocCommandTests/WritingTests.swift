import Foundation
import Testing

@Suite("Writing scenarios", .timeLimit(.minutes(1)))
struct WritingTests {
  private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
    try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
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
}
