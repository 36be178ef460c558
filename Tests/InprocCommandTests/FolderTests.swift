import Foundation
import TestSupport
import Testing

@Suite("Folders of scenarios", .timeLimit(.minutes(1)))
struct FolderTests {
  /// Runs a script without the rights of the superuser, which may read everything.
  private func unprivileged(_ script: String, in folder: String) async throws -> Ran {
    let drop = geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : ""
    return try await shell("chmod 755 .; U='\(drop)'; \(script)", in: folder)
  }

  @Test(
    "links to folders are followed, circles end, and a file runs once, by its name without links")
  func links() async throws {
    let folder = try TemporaryFolder([
      "t/a.scn": "echo a\n", "t/sub/b.scn": "echo b\n", "other/c.scn": "echo c\n",
    ])
    let ran = try await shell(
      """
      ln -s ../other t/0; ln -s .. t/sub/up; ln -s sub t/also; ln -s sub/b.scn t/b.scn
      "$INPROC" replay t ./t other
      """, in: folder.path)
    #expect(
      ran.output == """
        passed  t/0/c.scn
        passed  t/a.scn
        passed  t/sub/b.scn
        3 passed, 0 failed

        """)
    #expect(ran.status == 0)
  }

  @Test("hard links are two files, and so are names that only look the same")
  func names() async throws {
    let folder = try TemporaryFolder(["\u{E9}.scn": "echo 1\n"])
    let ran = try await shell(
      "cp *.scn $'e\\u0301.scn'; ln $'e\\u0301.scn' f.scn; LC_ALL=C.UTF-8 \"$INPROC\" replay .",
      in: folder.path)
    #expect(ran.output.hasSuffix("3 passed, 0 failed\n"))
  }

  @Test(
    "a folder that can't be read is an error in each report", arguments: ["text", "tap", "json"])
  func unreadable(_ report: String) async throws {
    let folder = try TemporaryFolder(["t/ok.scn": "echo a\n", "t/closed/bad.scn": "fail x\n"])
    let ran = try await unprivileged(
      """
      chmod 0 t/closed; $U "$INPROC" replay --report \(report) t; status=$?
      $U "$INPROC" replay --filter ok t | tail -1; $U "$INPROC" check t; echo "check $?"
      chmod 700 t/closed; exit $status
      """, in: folder.path)
    #expect(ran.output.contains("can't read 't/closed': Permission denied"))
    #expect(ran.status == 2)
    #expect(ran.output.hasSuffix("1 passed, 0 failed, 1 error\ncheck 2\n"))
  }

  @Test("a folder may be named like a scenario; what is named so and is no file is an error")
  func noFiles() async throws {
    let folder = try TemporaryFolder(["t/dir.scn/a.scn": "echo a\n"])
    let ran = try await shell(
      """
      mkfifo t/fifo.scn; ln -s none t/dangling.scn; ln -s none t/lock; ln -s circle.scn t/circle.scn
      "$INPROC" replay t
      """, in: folder.path)
    #expect(ran.output.contains("passed  t/dir.scn/a.scn\n"))
    #expect(ran.output.contains("can't read 't/fifo.scn': it is a pipe"))
    #expect(
      ran.output.contains(
        "can't read 't/dangling.scn': it is a link to something that does not exist"))
    #expect(ran.output.contains("can't read 't/circle.scn': Too many levels of symbolic links"))
    #expect(!ran.output.contains("lock"))
    #expect(ran.output.hasSuffix("1 passed, 0 failed, 3 errors\n"))
    #expect(ran.status == 2)
  }

  @Test("a folder whose name is too long is an error")
  func deep() async throws {
    let folder = try TemporaryFolder(["t/a.scn": "echo a\n"])
    let ran = try await shell(
      """
      name=$(printf 'x%.0s' {1..250}); (cd t; for i in {1..20}; do mkdir $name; cd $name; done)
      "$INPROC" replay t; status=$?; rm -r t; exit $status
      """, in: folder.path)
    #expect(ran.output.contains("File name too long"))
    #expect(ran.output.contains("passed  t/a.scn\n"))
    #expect(ran.status == 2)
  }

  @Test("--filter leaves out a file with a mistake whose title is known, and no other")
  func filter() async throws {
    let folder = try TemporaryFolder([
      "a.scn": "@title \"Apples\"\necho a\n", "b.scn": "@title \"Pears\"\nsned\n",
      "c.scn": "sned\n", "d.scn": "@title Plums\n",
    ])
    let ran = try await inproc("replay", folder.path, "--filter", "Apples")
    #expect(ran.output.contains("a.scn  Apples\n"))
    #expect(!ran.output.contains("b.scn"))
    #expect(!ran.output.contains("c.scn"))
    #expect(ran.output.contains("d.scn:1:"))
    #expect(ran.status == 2)
  }
}
