import Inproc
import TestSupport
import Testing

@Suite("Endpoints")
struct EndpointTests {
  @Test("a name is what follows the scheme")
  func name() throws {
    #expect(try Endpoint("inproc://jobs").name == "jobs")
    #expect(try Endpoint("inproc://a/b c?ü").name == "a/b c?ü")
    #expect(try Endpoint("inproc://jobs").description == "inproc://jobs")
  }

  @Test(
    "what is no endpoint is refused",
    arguments: [
      "", "jobs", "inproc", "inproc:", "inproc:/", "inproc:/jobs", "inproc://", "INPROC://jobs",
      " inproc://jobs", "tcp://jobs", "inproc://\n", "inproc://\0", "inproc://a\tb",
      "inproc://a\u{7F}", "inproc://a\u{85}", "inproc://a\r\n",
    ])
  func invalid(text: String) {
    #expect(failureCode { try Endpoint(text) } == .invalidEndpoint)
    #expect(
      failureCode { try Registry().bind(text) } == .invalidEndpoint)
    #expect(
      failureCode { try Registry().connect(to: text) } == .invalidEndpoint)
    #expect(
      failureCode { try Registry().unbind(text) } == .invalidEndpoint)
  }

  @Test("a name has at most 256 bytes of UTF-8")
  func length() throws {
    #expect(try Endpoint("inproc://" + String(repeating: "x", count: 256)).name.count == 256)
    #expect(try Endpoint("inproc://" + String(repeating: "ü", count: 128)).name.count == 128)
    for name in [String(repeating: "x", count: 257), String(repeating: "ü", count: 129)] {
      #expect(failureCode { try Endpoint("inproc://" + name) } == .invalidEndpoint)
    }
  }

  @Test("a name of 10 MB is refused with a short sentence")
  func enormous() {
    do throws(InprocError) {
      _ = try Endpoint("inproc://" + String(repeating: "x", count: 10_000_000))
      Issue.record("taken")
    } catch {
      #expect(error.code == .invalidEndpoint)
      #expect(error.description.utf8.count < 200)
      #expect(error.description.contains("10000000"))
    }
  }

  @Test("names that only look alike are two endpoints")
  func bytes() throws {
    let composed = try Endpoint("inproc://\u{E9}")
    let decomposed = try Endpoint("inproc://e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    let registry = Registry()
    let one = try registry.bind(composed)
    let other = try registry.bind(decomposed)
    #expect(registry.endpoints.count == 2)
    withExtendedLifetime((one, other)) {}
  }

  @Test("a combining mark after the slashes hides no prefix")
  func combining() throws {
    #expect(try Endpoint("inproc://\u{301}x").name == "\u{301}x")
  }

  @Test("endpoints sort by their bytes")
  func order() throws {
    let names = ["inproc://b", "inproc://B", "inproc://ä", "inproc://a", "inproc://aa"]
    let sorted = try names.map { try Endpoint($0) }.sorted().map(\.name)
    #expect(sorted == ["B", "a", "aa", "b", "ä"])
  }

  @Test("a part of a text can name an endpoint")
  func substring() throws {
    let text = "bind inproc://jobs"
    let jobs = try Registry().bind(text.dropFirst(5))
    #expect(jobs.endpoint.name == "jobs")
  }
}

@Suite("Frames")
struct FrameTests {
  @Test("a slice shares storage and counts from 0 again")
  func slices() {
    let frame: Frame = "hello world of frames"
    let part: Frame = frame[6..<11]
    #expect(part == "world" && part[0] == UInt8(ascii: "w") && part.count == 5)
    #expect(address(part) == address(frame) + 6)
    let inner: Frame = part[1...2]
    #expect(inner == "or" && address(inner) == address(frame) + 7)
    let rest: Frame = part[3...]
    #expect(rest == "ld")
    let all: Frame = part[...]
    #expect(all == part)
    let none: Frame = frame[4..<4]
    #expect(none.isEmpty && none == "" && none == Frame())
  }

  @Test("a frame takes an array's storage as it is")
  func array() {
    let bytes = [UInt8](0..<16)
    let place = bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    #expect(address(Frame(bytes)) == place)
    let frame = Frame(bytes)
    #expect(address(Frame(frame)) == place)
  }

  @Test("frames are made of any bytes and turned into them")
  func conversions() {
    let slice = [9, 1, 2, 3][1...] as ArraySlice<UInt8>
    #expect(Frame(slice) == [1, 2, 3])
    #expect(Frame(1...3) == [1, 2, 3])
    #expect(Frame("abc".dropFirst()) == "bc")
    #expect(Frame("aüb").count == 4)
    let frame: Frame = "aüb"
    #expect([UInt8](frame) == Array("aüb".utf8))
    #expect(String(frame) == "aüb")
    #expect(String(Frame([0xFF])) == nil)
    #expect(frame.description == "aüb" && Frame([0xFF, 0]).description == "2 bytes")
    #expect(frame.withSpan { $0.count } == 4)
    #expect(frame.withContiguousStorageIfAvailable { $0.count } == 4)
    let middle: Frame = frame[1..<3]
    #expect([UInt8](middle) == Array("ü".utf8) && String(middle) == "ü")
    #expect(frame.reversed().first == UInt8(ascii: "b"))
  }

  @Test("equal bytes are equal wherever they are stored")
  func equality() {
    let whole: Frame = "xabcx"
    let part: Frame = whole[1..<4]
    #expect(part == "abc" && part.hashValue == Frame("abc").hashValue)
    #expect(part != "abd" && part != "ab" && part != "abcd")
    let long = Frame((0..<1000).map { UInt8($0 % 251) })
    var bytes = [UInt8](long)
    #expect(long == Frame(bytes))
    bytes[999] ^= 1
    #expect(long != Frame(bytes))
  }
}

@Suite("Messages")
struct MessageTests {
  @Test("a message is an array of frames")
  func collection() {
    var message: Message = ["hello", "world"]
    message.append([0xDE, 0xAD])
    message[0] = "bye"
    #expect(message == ["bye", "world", [0xDE, 0xAD]])
    #expect(message.byteCount == 10)
    message.removeFirst(2)
    #expect(message == [[0xDE, 0xAD]] && message.count == 1)
    message[0] = "one"
    #expect(message == "one" && message == Message(Frame("one")))
    message.insert("zero", at: 0)
    message += ["two"]
    #expect(message.map(\.description) == ["zero", "one", "two"])
    message.removeAll()
    #expect(message == [] && message == Message() && message.byteCount == 0)
    message.append("again")
    #expect(message.hashValue == Message(Frame("again")).hashValue)
    #expect(Message(["a", "b"] as [Frame]).description == #"["a", "b"]"#)
    #expect(Message(["ab"]) != ["a", "b"])
  }

  @Test("changing a copy leaves the original alone")
  func values() {
    let original: Message = ["a", "b"]
    var copy = original
    copy[1] = "c"
    copy.append("d")
    #expect(original == ["a", "b"] && copy == ["a", "c", "d"])
  }
}

@Suite("Errors")
struct ErrorTests {
  @Test("an error names the endpoint and the way out")
  func texts() throws {
    let registry = Registry()
    let jobs = try registry.bind("inproc://jobs", capacity: 1)
    let out = try registry.connect(to: "inproc://jobs")
    func text<Result>(_ body: () throws -> Result) -> String {
      do {
        _ = try body()
        return "no error"
      } catch { return "\(error)" }
    }
    let inUse = text { try registry.bind("inproc://jobs") }
    #expect(inUse.contains("'inproc://jobs'") && inUse.contains("unbind it first"))
    let missing = text { try registry.connect(to: "inproc://x") }
    #expect(missing.contains("'inproc://x'") && missing.contains("bind it first"))
    let scheme = text { try Endpoint("jobs") }
    #expect(scheme.contains("'jobs'") && scheme.contains("inproc://NAME"))
    let late = text { try jobs.receive(timeout: .zero) }
    #expect(late.contains("'inproc://jobs'") && late.contains("no message was taken"))
    jobs.close()
    let closed = text { try out.send("x") }
    #expect(closed.contains("'inproc://jobs'") && closed.contains("connect again"))
  }

  @Test("an error text escapes what a terminal would not show, and cuts long names")
  func quoting() throws {
    let registry = Registry()
    let hidden = try registry.bind("inproc://a\u{202E}b")
    hidden.close()
    do throws(InprocError) {
      _ = try hidden.tryReceive()
      Issue.record("not closed")
    } catch {
      #expect(error.description.contains(#"a\u{202E}b"#))
    }
    let long = try registry.bind("inproc://" + String(repeating: "x", count: 256))
    long.close()
    do throws(InprocError) {
      _ = try long.tryReceive()
      Issue.record("not closed")
    } catch {
      #expect(error.description.count < 200)
    }
  }

  @Test("errors are values")
  func values() {
    #expect(InprocError(.closed, "a") == InprocError(.closed, "a"))
    #expect(InprocError(.closed, "a") != InprocError(.noPeer, "a"))
  }
}
