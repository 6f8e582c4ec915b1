package io.consilium.coordinator.identity;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A TLS context that cannot be used wrongly by leaving something out: every engine and socket it
 * makes speaks TLS 1.3 only and, as a server, demands a certificate. A plain {@link SSLContext}
 * leaves both to each caller.
 */
final class MutualTls extends SSLContext {

  static final String PROTOCOL = "TLSv1.3";

  /**
   * A resumed session skips the check of the certificate, so sessions live no longer than this, in
   * seconds.
   */
  private static final int SESSION_SECONDS_MAX = 1;

  private MutualTls(SSLContext context) {
    super(new Spi(context), context.getProvider(), PROTOCOL);
  }

  static SSLContext create(KeyManager keys, TrustManager trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance(PROTOCOL);
    context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
    context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS_MAX);
    context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS_MAX);
    return new MutualTls(context);
  }

  private static SSLParameters parameters(SSLParameters defaults) {
    defaults.setProtocols(new String[] {PROTOCOL});
    defaults.setNeedClientAuth(true);
    return defaults;
  }

  private static final class Spi extends SSLContextSpi {

    private final SSLContext context;

    Spi(SSLContext context) {
      this.context = context;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("this context belongs to one identity");
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return prepared(context.createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return prepared(context.createSSLEngine(host, port));
    }

    private static SSLEngine prepared(SSLEngine engine) {
      engine.setSSLParameters(parameters(engine.getSSLParameters()));
      return engine;
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new ClientSockets(context.getSocketFactory());
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return new ServerSockets(context.getServerSocketFactory());
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return context.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return context.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return parameters(context.getDefaultSSLParameters());
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return parameters(context.getSupportedSSLParameters());
    }
  }

  private static final class ClientSockets extends SSLSocketFactory {

    private final SSLSocketFactory sockets;

    ClientSockets(SSLSocketFactory sockets) {
      this.sockets = sockets;
    }

    private static Socket prepared(Socket socket) {
      SSLSocket tls = (SSLSocket) socket;
      tls.setSSLParameters(parameters(tls.getSSLParameters()));
      return tls;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return sockets.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
      return prepared(sockets.createSocket());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      return prepared(sockets.createSocket(socket, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return prepared(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return prepared(sockets.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return prepared(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return prepared(sockets.createSocket(host, port, local, localPort));
    }
  }

  private static final class ServerSockets extends SSLServerSocketFactory {

    private final SSLServerSocketFactory sockets;

    ServerSockets(SSLServerSocketFactory sockets) {
      this.sockets = sockets;
    }

    private static ServerSocket prepared(ServerSocket socket) {
      SSLServerSocket tls = (SSLServerSocket) socket;
      tls.setSSLParameters(parameters(tls.getSSLParameters()));
      return tls;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return sockets.getSupportedCipherSuites();
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
      return prepared(sockets.createServerSocket());
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
      return prepared(sockets.createServerSocket(port));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
      return prepared(sockets.createServerSocket(port, backlog));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
        throws IOException {
      return prepared(sockets.createServerSocket(port, backlog, address));
    }
  }
}
