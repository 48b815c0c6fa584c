package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A checkpoint as it travels: bytes that need nothing of this host to be read, however the
 * checkpoint is kept here. They are a checkpoint file of format 1, whole in itself.
 */
public final class CheckpointExport extends InputStream {
  private final InputStream file;
  private final long expectedBytes;

  private CheckpointExport(InputStream file, long expectedBytes) {
    this.file = file;
    this.expectedBytes = expectedBytes;
  }

  /**
   * Begins to read a checkpoint out.
   *
   * @throws IOException if it is not there, or damaged
   */
  public static CheckpointExport open(CheckpointFolder folder, long number) throws IOException {
    Path path = folder.file(number);
    return new CheckpointExport(Files.newInputStream(path), Files.size(path));
  }

  /** About how many bytes there will be; what was read tells how many there are. */
  public long expectedBytes() {
    return expectedBytes;
  }

  @Override
  public int read() throws IOException {
    return file.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return file.read(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
