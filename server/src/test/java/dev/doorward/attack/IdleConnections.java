package dev.doorward.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Connections by the thousand that say next to nothing, from a process of their own: a process may only have so many files
 * open, and the server has one for each of them too.
 */
final class IdleConnections implements AutoCloseable {

  private static final String OPEN = "open";
  private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  private final Process process;
  private final BufferedReader said;

  /** Opens so many to that port, from so many addresses in turn; of every two, one begins to speak HTTP/2. */
  IdleConnections(int port, int count, int addresses) throws IOException {
    this.process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            IdleConnections.class.getName(),
            Integer.toString(port),
            Integer.toString(count),
            Integer.toString(addresses))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    this.said = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    awaitWord(OPEN);
  }

  /** Returns once the server has closed so many of them. */
  void awaitClosed(int count) throws IOException {
    awaitWord(Integer.toString(count));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void awaitWord(String awaited) throws IOException {
    for (String word = said.readLine(); !awaited.equals(word); word = said.readLine()) {
      if (word == null) {
        throw new IOException("the connections are gone before: " + awaited);
      }
    }
  }

  /** Says when all are open, and then counts those that are closed. */
  public static void main(String[] arguments) throws IOException {
    int count = Integer.parseInt(arguments[1]);
    Selector selector = Selector.open();
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      byte[] address = {127, 2, 0, (byte) (1 + i % Integer.parseInt(arguments[2]))};
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
      channel.connect(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
      channel.configureBlocking(false);
      if (i % 2 == 0) {
        begin(channel);
      }
      channel.register(selector, SelectionKey.OP_READ);
    }
    System.out.println(OPEN);
    for (int closed = 0; closed < count; ) {
      selector.select();
      List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
      selector.selectedKeys().clear();
      for (SelectionKey key : ready) {
        if (isClosed((SocketChannel) key.channel())) {
          key.channel().close();
          System.out.println(++closed);
        }
      }
    }
  }

  private static void begin(SocketChannel channel) {
    try {
      channel.write(
          new ByteBuffer[] {ByteBuffer.wrap(Http2Socket.preface()), ByteBuffer.wrap(EMPTY_SETTINGS)
          });
    } catch (IOException e) {
      // It was refused at once.
    }
  }

  /** Reads away what the server says. */
  private static boolean isClosed(SocketChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(256);
    try {
      for (int read = channel.read(buffer); read != 0; read = channel.read(buffer)) {
        if (read < 0) {
          return true;
        }
        buffer.clear();
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
