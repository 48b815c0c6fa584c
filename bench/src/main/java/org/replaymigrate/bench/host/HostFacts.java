package org.replaymigrate.bench.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the figures depend on besides the programs. */
public final class HostFacts {
  private HostFacts() {}

  /** Processor, cores, memory, kernel, and how busy the host is at this moment. */
  public static Map<String, Object> machine() throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("cpu", field("/proc/cpuinfo", "model name"));
    facts.put("cores", Runtime.getRuntime().availableProcessors());
    facts.put("memory", field("/proc/meminfo", "MemTotal"));
    facts.put("kernel", System.getProperty("os.version", "unknown"));
    facts.put("load", Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
    return facts;
  }

  /** Versions of what is compared. */
  public static Map<String, String> versions(Ours ours) throws IOException, InterruptedException {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("ours", ours.version());
    versions.put("java", Runtime.version().toString());
    versions.put("qemu", Qemu.version());
    return versions;
  }

  private static String field(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("unknown");
  }
}
