public import Foundation
public import Inproc

extension Frame {
  /// A value as JSON.
  ///
  /// - Parameters:
  ///   - value: what to encode.
  ///   - encoder: says how.
  /// - Throws: what the encoder throws.
  public init(json value: some Encodable, encoder: JSONEncoder = JSONEncoder()) throws {
    self.init(try encoder.encode(value))
  }

  /// A value as a property list, binary unless the encoder says otherwise.
  ///
  /// - Parameters:
  ///   - value: what to encode.
  ///   - encoder: says how.
  /// - Throws: what the encoder throws.
  public init(
    propertyList value: some Encodable, encoder: PropertyListEncoder = Frame.binaryEncoder
  ) throws {
    self.init(try encoder.encode(value))
  }

  /// An encoder of binary property lists.
  public static var binaryEncoder: PropertyListEncoder {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return encoder
  }

  /// The value that the frame holds as JSON.
  ///
  /// - Parameters:
  ///   - type: what it is.
  ///   - decoder: says how.
  /// - Returns: the value.
  /// - Throws: what the decoder throws where the frame holds none.
  public func decodeJSON<Value: Decodable>(
    _ type: Value.Type = Value.self, decoder: JSONDecoder = JSONDecoder()
  ) throws -> Value {
    try decoder.decode(type, from: Data(self))
  }

  /// The value that the frame holds as a property list of any format.
  ///
  /// - Parameters:
  ///   - type: what it is.
  ///   - decoder: says how.
  /// - Returns: the value.
  /// - Throws: what the decoder throws where the frame holds none.
  public func decodePropertyList<Value: Decodable>(
    _ type: Value.Type = Value.self, decoder: PropertyListDecoder = PropertyListDecoder()
  ) throws -> Value {
    try decoder.decode(type, from: Data(self))
  }
}

extension Message {
  /// A message of one frame, a value as JSON.
  ///
  /// - Parameters:
  ///   - value: what to encode.
  ///   - encoder: says how.
  /// - Throws: what the encoder throws.
  public init(json value: some Encodable, encoder: JSONEncoder = JSONEncoder()) throws {
    self = [try Frame(json: value, encoder: encoder)]
  }

  /// The value that a message of one frame holds as JSON.
  ///
  /// - Parameters:
  ///   - type: what it is.
  ///   - decoder: says how.
  /// - Returns: the value.
  /// - Throws: `DecodingError` where there is not exactly one frame; what the decoder throws where
  ///   it holds no such value.
  public func decodeJSON<Value: Decodable>(
    _ type: Value.Type = Value.self, decoder: JSONDecoder = JSONDecoder()
  ) throws -> Value {
    guard count == 1, let frame = first else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: [],
          debugDescription: "the message has \(count) frames; a Codable message has one"))
    }
    return try frame.decodeJSON(type, decoder: decoder)
  }
}
