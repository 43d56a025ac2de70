package dev.doorward.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.VirtualMachine;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** For each line of standard input, prints how many bytes the live threads of another JVM have allocated so far. */
public final class AllocatedBytes {

  private AllocatedBytes() {}

  /** @param arguments the process id */
  public static void main(String[] arguments) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(arguments[0]);
    JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
    machine.detach();
    try (JMXConnector connector = JMXConnectorFactory.connect(address)) {
      MBeanServerConnection beans = connector.getMBeanServerConnection();
      ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
          beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
      System.out.println("ready");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
      while (in.readLine() != null) {
        System.out.println(allocated(threads));
      }
    }
  }

  /** But for the threads that answer this very question. */
  private static long allocated(ThreadMXBean threads) {
    long[] ids = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && !isOfManagement(thread))
        .mapToLong(ThreadInfo::getThreadId)
        .toArray();
    return Arrays.stream(threads.getThreadAllocatedBytes(ids))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  private static boolean isOfManagement(ThreadInfo thread) {
    return thread.getThreadName().contains("RMI") || thread.getThreadName().contains("JMX");
  }
}
