package dev.doorward.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.doorward.testing.Await;
import dev.doorward.testing.TestServer;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** HTTP/2 written by hand, frame by frame, for what no library would send. All that comes back is read at once. */
final class Http2Socket implements AutoCloseable {

  static final int DATA = 0x0;
  static final int HEADERS = 0x1;
  static final int PRIORITY = 0x2;
  static final int RST_STREAM = 0x3;
  static final int SETTINGS = 0x4;
  static final int PUSH_PROMISE = 0x5;
  static final int PING = 0x6;
  static final int GOAWAY = 0x7;
  static final int WINDOW_UPDATE = 0x8;
  static final int CONTINUATION = 0x9;

  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;

  static final int INITIAL_WINDOW_SIZE = 0x4;

  static final String ATTACKER = "127.0.0.2";

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final long MAX_HEADERS = 1 << 20;
  private static final int SOCKET_BUFFER = 64 << 10;

  private final Socket socket;
  private final DataOutputStream out;
  private final DefaultHttp2HeadersDecoder decoder =
      new DefaultHttp2HeadersDecoder(false, MAX_HEADERS);
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
  private final List<Integer> goAways = new CopyOnWriteArrayList<>();
  private final List<Integer> resets = new CopyOnWriteArrayList<>();
  private final Ears ears;
  private volatile String end = "open";
  private volatile boolean closed;

  /** Hears what the server says, on a thread of the socket's own. */
  interface Ears {
    default void headers(int stream, Http2Headers headers, boolean last) {}

    default void data(int stream, byte[] data, boolean last) {}

    default void reset(int stream, int error) {}
  }

  private Http2Socket(Socket socket, Ears ears) throws IOException {
    this.socket = socket;
    this.ears = ears;
    this.out =
        new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), SOCKET_BUFFER));
    Thread reader = new Thread(this::readAll, "http2-socket");
    reader.setDaemon(true);
    reader.start();
  }

  /** A connection from {@link #ATTACKER}, which has said nothing yet. */
  static Http2Socket connect(int port) throws IOException {
    return new Http2Socket(open(port), new Ears() {});
  }

  /** A connection on which HTTP/2 has begun. */
  static Http2Socket speaking(int port, int... settings) throws IOException {
    return speaking(port, new Ears() {}, settings);
  }

  static Http2Socket speaking(int port, Ears ears, int... settings) throws IOException {
    Http2Socket socket = new Http2Socket(open(port), ears);
    socket.out.write(PREFACE);
    socket.frame(SETTINGS, 0, 0, settings(settings));
    socket.out.flush();
    return socket;
  }

  static Socket open(int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(ATTACKER), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  OutputStream raw() {
    return out;
  }

  static byte[] preface() {
    return PREFACE.clone();
  }

  /** Not sent before {@link #flush}. */
  Http2Socket frame(int type, int flags, int stream, byte... payload) throws IOException {
    out.write(payload.length >>> 16);
    out.writeShort(payload.length);
    out.write(type);
    out.write(flags);
    out.writeInt(stream);
    out.write(payload);
    return this;
  }

  /** The headers of a gRPC call. */
  Http2Socket call(int stream, String path, String... more) throws IOException {
    return frame(HEADERS, END_HEADERS, stream, callHeaders(path, more));
  }

  /** A message of gRPC, which ends the request. */
  Http2Socket message(int stream, byte... message) throws IOException {
    return frame(DATA, END_STREAM, stream, prefixed(0, message.length, message));
  }

  Http2Socket flush() throws IOException {
    out.flush();
    return this;
  }

  static byte[] prefixed(int compressed, int length, byte... message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(compressed);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.write(length >>> shift);
    }
    bytes.writeBytes(message);
    return bytes.toByteArray();
  }

  static byte[] callHeaders(String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", path);
    header(block, ":authority", "localhost");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    // Whoever has no key does not get far enough to do harm.
    header(block, "authorization", "Bearer " + TestServer.sharedKey());
    for (int i = 0; i < more.length; i += 2) {
      header(block, more[i], more[i + 1]);
    }
    return block.toByteArray();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  /** Identifier and value in turn. */
  static byte[] settings(int... settings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < settings.length; i += 2) {
      bytes.write(settings[i] >>> 8);
      bytes.write(settings[i]);
      for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.write(settings[i + 1] >>> shift);
      }
    }
    return bytes.toByteArray();
  }

  boolean isClosed() {
    return closed;
  }

  /** The error codes with which the server said good-bye. */
  List<Integer> goAways() {
    return goAways;
  }

  /** How the connection has ended, for messages. */
  String ending() {
    return end + ", good-byes " + goAways;
  }

  /** The streams that the server has reset. */
  List<Integer> resets() {
    return resets;
  }

  /** gRPC's status of a stream that has ended; -1 if it goes on. */
  int status(int stream) {
    return statuses.getOrDefault(stream, -1);
  }

  Map<Integer, Integer> statuses() {
    return statuses;
  }

  void awaitClosed(Duration limit) {
    Await.until(limit, "the server closes the connection", this::isClosed);
  }

  /** Sends something so many times, or until the server closes the connection: whether it does, within that time. */
  boolean floodUntilClosed(Duration limit, int bursts, Burst burst) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (int i = 0; i < bursts && !closed && System.nanoTime() < end; i++) {
        burst.send();
        flush();
      }
    } catch (IOException e) {
      // The other side is gone.
    }
    return Floods.within(limit, this::isClosed);
  }

  /** What is sent at once. */
  interface Burst {
    void send() throws IOException;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readAll() {
    try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        boolean last = (in.readUnsignedByte() & END_STREAM) != 0;
        int stream = in.readInt() & Integer.MAX_VALUE;
        heard(type, stream, last, in.readNBytes(length));
      }
    } catch (IOException | Http2Exception e) {
      end = e.toString();
      closed = true;
    }
  }

  private void heard(int type, int stream, boolean last, byte[] payload) throws Http2Exception {
    switch (type) {
      case DATA -> ears.data(stream, payload, last);
      case HEADERS -> {
        Http2Headers headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload));
        CharSequence status = headers.get("grpc-status");
        if (status != null) {
          statuses.put(stream, Integer.parseInt(status.toString()));
        }
        ears.headers(stream, headers, last);
      }
      case RST_STREAM -> {
        resets.add(stream);
        ears.reset(stream, ByteBuffer.wrap(payload).getInt());
      }
      case GOAWAY -> goAways.add(ByteBuffer.wrap(payload).getInt(4));
      default -> {}
    }
  }

  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0); // A literal, not to be indexed.
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < 0x7f) {
      block.write(length);
    } else {
      block.write(0x7f);
      int rest = length - 0x7f;
      for (; rest >= 0x80; rest >>>= 7) {
        block.write(rest & 0x7f | 0x80);
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(US_ASCII));
  }
}
