package org.replaymigrate.guest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which packages of a suite make the guest. The suite's newest kernel is what its metapackage
 * depends on; its files are in that package itself (trixie), or in parts that it depends on in turn
 * (newer suites: image, modules and common files).
 *
 * @param kernelVersion the kernel's release, as {@code uname -r} prints it
 * @param kernel what holds the kernel and its modules
 * @param busybox the guest's programs
 * @param firmware OpenSBI
 */
record DebianPackages(
    String kernelVersion,
    List<ControlRecord> kernel,
    ControlRecord busybox,
    ControlRecord firmware) {

  private static final String METAPACKAGE = "linux-image-" + PrivateApt.ARCHITECTURE;
  private static final String IMAGE_PREFIX = "linux-image-";
  private static final Pattern IMAGE =
      Pattern.compile("linux-image-[0-9].*-" + PrivateApt.ARCHITECTURE);

  static DebianPackages resolve(PrivateApt apt) throws IOException, InterruptedException {
    ControlRecord image =
        apt.require(
            apt.require(METAPACKAGE).depends().stream()
                .filter(name -> IMAGE.matcher(name).matches())
                .findFirst()
                .orElseThrow(
                    () -> new GuestException(METAPACKAGE + " depends on no kernel image")));
    String version = image.name().substring(IMAGE_PREFIX.length());
    List<ControlRecord> kernel = new ArrayList<>(List.of(image));
    for (String part : List.of("binary", "modules", "base")) {
      String name = "linux-" + part + "-" + version;
      if (image.depends().contains(name)) {
        kernel.add(apt.require(name));
      }
    }
    return new DebianPackages(
        version, List.copyOf(kernel), apt.require("busybox-static"), apt.require("opensbi"));
  }

  /** All of them. */
  List<ControlRecord> all() {
    List<ControlRecord> all = new ArrayList<>(kernel);
    all.add(busybox);
    all.add(firmware);
    return List.copyOf(all);
  }
}
