import Foundation
import TestSupport
import Testing

/// A program as somebody writes it who uses the library.
struct CallersProgram: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let text: String

  static let thatCompile = [
    .ofEveryCall,
    CallersProgram(
      testDescription: "an iteration at the top level",
      text: """
        let inbox = try Registry().bind("inproc://inbox")
        for await message in inbox { print(message) }
        let server = try Registry().bindBidirectional("inproc://echo")
        for await request in server { try request.reply("done") }
        """),
    CallersProgram(
      testDescription: "a main function that is called at the top level",
      text: """
        func main() async throws {
          let (out, jobs) = try Registry().makeChannel()
          try await out.send("x")
          print(try await jobs.receive())
        }
        try await main()
        """),
    CallersProgram(
      testDescription: "a catch of one code behind a loop, with a last one",
      text: """
        func sendAll(_ messages: [Message], over out: Sender) async throws {
          do {
            for message in messages { try await out.send(message) }
          } catch where error.code == .closed {
            print("the receiver is gone")
          } catch {
            throw error
          }
        }
        """),
    CallersProgram(
      testDescription: "an operation that is named, in a task, a group and an actor",
      text: """
        actor Worker {
          let jobs: Receiver
          init(_ jobs: Receiver) { self.jobs = jobs }
          func next() async throws -> Message { try await jobs.receive(timeout: .seconds(1)) }
          func start() -> Task<Message, any Error> { Task.detached(operation: jobs.receive) }
        }
        func both(_ jobs: Receiver) async throws {
          try await withThrowingTaskGroup(of: Message.self) { group in
            group.addTask(operation: jobs.receive)
            group.addTask { try await jobs.receive() }
            for try await message in group { print(message) }
          }
        }
        """),
    CallersProgram(
      testDescription: "a thread, with a switch over the codes",
      text: """
        func run(_ jobs: Receiver) {
          do throws(InprocError) {
            while true { print(try jobs.receive(until: .now + .seconds(1))) }
          } catch {
            switch error.code {
            case .closed: print("closed")
            case .timedOut, .interrupted: print("ended")
            default: print(error)
            }
          }
        }
        """),
  ]
}

@Suite("A caller's program", .timeLimit(.minutes(3)))
struct CallersProgramTests {
  private static let products = URL(fileURLWithPath: executable).deletingLastPathComponent().path
  private static let hasModules = FileManager.default.fileExists(atPath: products + "/Modules")

  /// Compiles it as the main file of a program.
  private func compile(_ text: String, _ options: [String]) async throws -> Ran {
    let folder = try TemporaryFolder(["main.swift": "import Inproc\n" + text])
    let modulemaps = ["CInprocCore", "CInprocPlatform"].flatMap { module in
      ["-Xcc", "-fmodule-map-file=\(Self.products)/\(module).build/module.modulemap"]
    }
    let places = ["-I", Self.products + "/Modules", "-o", folder.path + "/main.o"]
    let file = [folder.path + "/main.swift"]
    return try await launch(
      "/usr/bin/env",
      ["swiftc", "-c", "-swift-version", "6"] + options + modulemaps + places + file)
  }

  @Test(
    "compiles where its calls stand, with and without optimization", .enabled(if: hasModules),
    arguments: CallersProgram.thatCompile, ["-Onone", "-O"])
  func compiles(program: CallersProgram, option: String) async throws {
    let ran = try await compile(program.text, [option, "-warnings-as-errors"])
    #expect(ran.status == 0, "\(ran.errors)")
  }

  @Test(
    "is told what to write where the compiler takes the blocking call and refuses it",
    .enabled(if: hasModules),
    arguments: [
      "try await out.send(\"x\")", "try await out.send(\"x\", timeout: .seconds(1))",
      "print(try await jobs.receive())", "print(try await select(jobs))",
    ])
  func refuses(call: String) async throws {
    let ran = try await compile("let (out, jobs) = try Registry().makeChannel()\n" + call, [])
    #expect(ran.status != 0)
    #expect(ran.errors.contains("at the top level of main.swift, within a function"))
  }
}
