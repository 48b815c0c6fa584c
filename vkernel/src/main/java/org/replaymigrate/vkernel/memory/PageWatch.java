package org.replaymigrate.vkernel.memory;

/**
 * Told before a page of RAM changes for the first time since the watch was armed. A page is 4096
 * bytes; pages are numbered from the start of RAM.
 */
@FunctionalInterface
public interface PageWatch {
  /** The page still has its old content. Called on the machine's thread, once a page and arming. */
  void beforeFirstWrite(int page);
}
