package org.replaymigrate.protocol.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.replaymigrate.protocol.digest.Digest128;

/**
 * The file beneath a disk, as it was when it was first used. All that replay rests on is that it
 * does not change.
 *
 * @param path where it is
 * @param sizeBytes its length
 * @param modifiedMillis when it was last changed, since 1970
 * @param probe digest of samples of its content: see {@link #identify}
 */
public record BaseImage(Path path, long sizeBytes, long modifiedMillis, Digest128 probe) {
  private static final int SAMPLE = 4096;
  private static final int SAMPLES = 256;

  /**
   * Identifies a file. The probe is taken over its length and {@value #SAMPLES} samples of {@value
   * #SAMPLE} bytes at equal distances, the first and the last bytes among them: an image of any
   * size is known at once, and one that was mounted and written since is told from it.
   */
  public static BaseImage identify(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString(), null, "no disk image there");
    }
    long size = Files.size(path);
    long modified = Files.getLastModifiedTime(path).toMillis();
    return new BaseImage(path, size, modified, probe(path, size));
  }

  private static Digest128 probe(Path path, long size) throws IOException {
    int sample = (int) Math.min(SAMPLE, size);
    ByteBuffer content = ByteBuffer.allocate(8 + SAMPLES * sample).order(ByteOrder.LITTLE_ENDIAN);
    content.putLong(size);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      for (int i = 0; i < SAMPLES; i++) {
        file.seek((long) ((double) (size - sample) * i / (SAMPLES - 1)));
        file.readFully(content.array(), content.position(), sample);
        content.position(content.position() + sample);
      }
    }
    return Digest128.of(content.array());
  }

  /**
   * Checks that the file is still what it was. A copy with another date passes if its samples do.
   *
   * @throws IOException if it is missing, or changed; one line
   */
  public void verify() throws IOException {
    BaseImage now;
    try {
      now = identify(path);
    } catch (NoSuchFileException e) {
      throw new IOException(path + ": the disk image is missing; put it back", e);
    }
    if (now.sizeBytes < sizeBytes) {
      throw new IOException(
          path
              + ": the disk image has shrunk from "
              + sizeBytes
              + " to "
              + now.sizeBytes
              + " bytes");
    }
    if (now.sizeBytes > sizeBytes || !now.probe.equals(probe)) {
      throw new IOException(path + ": the disk image has changed since the recording began");
    }
  }
}
