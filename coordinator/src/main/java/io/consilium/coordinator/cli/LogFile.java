package io.consilium.coordinator.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.consilium.coordinator.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The full log of a node, in its state directory: at most three files of 10 MB. The console gets
 * warnings only, by {@code logback.xml}.
 */
public final class LogFile {

  private static final String PATTERN = "%d{ISO8601} %-5level [%thread] %logger{36} - %msg%n";
  private static final long FILE_BYTES_MAX = 10_000_000;
  private static final int OLD_FILES_MAX = 2;

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ATTRIBUTE =
      PosixFilePermissions.asFileAttribute(OWNER);

  private LogFile() {}

  /** Makes the state directory, for its owner alone, and begins to log to a file in it, too. */
  public static void open(Path state, String name) throws ConfigException {
    try {
      Files.createDirectories(state, OWNER_ATTRIBUTE);
      closeToOthers(state);
    } catch (IOException e) {
      throw new ConfigException(
          state + " cannot be created for this user alone; it is where the node keeps its state.");
    }
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      attach(context, state.resolve(name).toString());
    }
  }

  /** A folder that was made with a lax mask is closed; what is in it was never meant for others. */
  private static void closeToOthers(Path state) throws IOException {
    if (!Files.getPosixFilePermissions(state).equals(OWNER)) {
      Files.setPosixFilePermissions(state, OWNER);
    }
  }

  private static void attach(LoggerContext context, String file) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("FILE");
    appender.setFile(file);
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(OLD_FILES_MAX);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
    trigger.setContext(context);
    trigger.setMaxFileSize(new FileSize(FILE_BYTES_MAX));
    trigger.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(trigger);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    // What is kept off the console by additivity="false" still belongs in the file.
    context.getLoggerList().stream()
        .filter(logger -> !logger.isAdditive())
        .forEach(logger -> logger.addAppender(appender));
  }
}
