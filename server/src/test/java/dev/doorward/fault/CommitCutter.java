package dev.doorward.fault;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A wire to MariaDB that breaks at the next commit. It reads the protocol's packets, so no TLS. */
final class CommitCutter implements AutoCloseable {

  /** On which side of the commit the wire breaks: MariaDB never hears of it, or nobody hears of its success. */
  enum Cut {
    BEFORE,
    AFTER
  }

  private static final int COM_QUERY = 0x03;

  private final int target;
  private final ServerSocket listener;
  private final AtomicReference<Cut> armed = new AtomicReference<>();
  private final AtomicInteger cuts = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  CommitCutter(int target) {
    this.target = target;
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("accept", () -> {
      while (true) {
        connect(listener.accept());
      }
    });
  }

  int port() {
    return listener.getLocalPort();
  }

  void cutNextCommit(Cut cut) {
    armed.set(cut);
  }

  /** How often the wire broke. */
  int cuts() {
    return cuts.get();
  }

  @Override
  public void close() {
    closeQuietly(listener);
    sockets.forEach(CommitCutter::closeQuietly);
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(server);
    Wire wire = new Wire(client, server);
    start("to-mariadb", wire::forward);
    start("from-mariadb", wire::backward);
  }

  /** One connection through the proxy. */
  private final class Wire {

    private final Socket client;
    private final Socket server;
    private volatile boolean swallowing;

    private Wire(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void forward() throws IOException {
      try (client;
          server) {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = server.getOutputStream();
        while (true) {
          byte[] packet = readPacket(in);
          Cut cut = isCommit(packet) ? armed.getAndSet(null) : null;
          if (cut == Cut.BEFORE) {
            cuts.incrementAndGet();
            return;
          }
          swallowing = cut == Cut.AFTER;
          out.write(packet);
          out.flush();
        }
      } catch (EOFException e) {
        // The client has hung up.
      }
    }

    private void backward() throws IOException {
      try (client;
          server) {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] buffer = new byte[1 << 14];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
          if (swallowing) {
            cuts.incrementAndGet();
            return; // MariaDB has answered: it has committed.
          }
          out.write(buffer, 0, length);
          out.flush();
        }
      }
    }
  }

  /** With its header: three bytes of length, the lowest first, and a number. */
  private static byte[] readPacket(DataInputStream in) throws IOException {
    byte[] header = new byte[4];
    in.readFully(header);
    int length = (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
    byte[] packet = new byte[header.length + length];
    System.arraycopy(header, 0, packet, 0, header.length);
    in.readFully(packet, header.length, length);
    return packet;
  }

  private static boolean isCommit(byte[] packet) {
    return packet.length > 5
        && packet[4] == COM_QUERY
        && new String(packet, 5, packet.length - 5, StandardCharsets.US_ASCII)
            .equalsIgnoreCase("COMMIT");
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(String name, Work work) {
    Thread thread = new Thread(
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            // Either end has hung up.
          }
        },
        "commit-cutter-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
