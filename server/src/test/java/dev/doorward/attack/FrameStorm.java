package dev.doorward.attack;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Mutated frames of HTTP/2, each {@link FrameScript} on a connection of its own, and made of the seed and its number alone. */
final class FrameStorm {

  private static final int CONNECT_MILLIS = 10_000;

  /** How long an answer may be on its way before the connection is ended from this side. */
  private static final int SILENCE_MILLIS = 20;

  /** How long the server may then take to close it. */
  private static final int END_MILLIS = 30_000;

  private static final String OK = "200";

  /** What changed headers may be answered with. */
  private static final Set<Status.Code> ALSO_ALLOWED =
      Set.of(Status.Code.UNAUTHENTICATED, Status.Code.CANCELLED, Status.Code.DEADLINE_EXCEEDED);

  private final int port;
  private final ValidRequests requests;
  private final long seed;
  private final Outcomes outcomes;

  FrameStorm(int port, ValidRequests requests, long seed, Outcomes outcomes) {
    this.port = port;
    this.requests = requests;
    this.seed = seed;
    this.outcomes = outcomes;
  }

  /**
   * Opens connections, from that number on, until so many mutated frames have been sent.
   *
   * @return the number of the next connection
   */
  long send(long firstConnection, long frames, int atOnce) {
    AtomicLong next = new AtomicLong(firstConnection);
    AtomicLong left = new AtomicLong(frames);
    Threads.run(atOnce, () -> {
      while (left.get() > 0 && !outcomes.isWrong()) {
        left.addAndGet(-send(next.getAndIncrement()));
      }
    });
    return next.get();
  }

  /** Opens that one connection; gives the number of mutated frames. */
  int send(long connection) {
    FrameScript script =
        new FrameScript(requests, new Random(seed + connection * 0x9E3779B97F4A7C15L));
    byte[] bytes = script.bytes();
    String tell = "frames (again: -Ddoorward.test.seed=" + seed + " -Ddoorward.test.connection="
        + connection + ")";
    try (Socket socket = open(connection)) {
      socket.getOutputStream().write(bytes);
      new Answers(socket, script.calls(), tell).listen();
    } catch (SocketTimeoutException e) {
      outcomes.wrong("not closed by the server: " + tell + " " + HexFormat.of().formatHex(bytes));
    } catch (IOException e) {
      outcomes.other("connection reset");
    }
    return script.mutated();
  }

  /** Each from an address of its own, for no port is free again so soon after a connection. */
  private Socket open(long connection) throws IOException {
    byte[] address = {127, 1, (byte) (connection / 250), (byte) (1 + connection % 250)};
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** What the server says on one connection, until its end. */
  private final class Answers {

    private final Socket socket;
    private final String tell;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private int awaited;
    private boolean ended;

    private Answers(Socket socket, int awaited, String tell) throws IOException {
      this.socket = socket;
      this.awaited = awaited;
      this.tell = tell;
      this.in = new DataInputStream(socket.getInputStream());
    }

    private void listen() throws IOException {
      for (int first = begin(); first >= 0; first = begin()) {
        int length = first << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        boolean last = (in.readUnsignedByte() & Http2Socket.END_STREAM) != 0;
        int stream = in.readInt();
        hear(type, last, stream, in.readNBytes(length));
      }
      outcomes.other("connection closed");
    }

    /** The first byte of a frame, or -1 at the end. */
    private int begin() throws IOException {
      if (awaited <= 0) {
        end();
      }
      try {
        socket.setSoTimeout(ended ? END_MILLIS : SILENCE_MILLIS);
        return in.read();
      } catch (SocketTimeoutException e) {
        if (ended) {
          throw e;
        }
        end();
        return begin();
      } finally {
        socket.setSoTimeout(END_MILLIS);
      }
    }

    private void end() throws IOException {
      if (!ended) {
        ended = true;
        socket.shutdownOutput();
      }
    }

    private void hear(int type, boolean last, int stream, byte[] payload) {
      switch (type) {
        case Http2Socket.HEADERS -> {
          awaited -= last ? 1 : 0;
          headers(stream, payload);
        }
        case Http2Socket.RST_STREAM -> {
          awaited--;
          outcomes.other("stream reset with " + ByteBuffer.wrap(payload).getInt());
        }
        case Http2Socket.GOAWAY ->
          outcomes.other("good-bye with " + ByteBuffer.wrap(payload).getInt(4));
        default -> {}
      }
    }

    private void headers(int stream, byte[] payload) {
      Http2Headers headers;
      try {
        headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload));
      } catch (Http2Exception e) {
        outcomes.other("not read: " + e.getMessage()); // Settings of ours have changed its coding.
        return;
      }
      CharSequence http = headers.status();
      CharSequence status = headers.get("grpc-status");
      if (http != null && !OK.contentEquals(http)) {
        outcomes.other("HTTP " + http); // It was no call of gRPC at all.
      } else if (status != null) {
        Status.Code code =
            Status.fromCodeValue(Integer.parseInt(status.toString())).getCode();
        boolean typed =
            headers.contains("grpc-status-details-bin") || code == Status.Code.RESOURCE_EXHAUSTED;
        outcomes.status(
            "frames", code, typed, ALSO_ALLOWED, () -> headers.get("grpc-message") + ", " + tell);
      }
    }
  }
}
