//! STARTTLS, step by step (RFC 3207), a connection for each mail.
//!
//! What must stay true: nothing that was said before TLS counts after it. Whoever stands in between could otherwise say
//! beforehand that a mail was taken which the server refuses; a server that says more than that it is ready is left alone.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::ServerName;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader, ReadBuf,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{Failure, SmtpConfig, SmtpError, TIMEOUT, judge};
use crate::http::Outbound;

/// The size of what a server says at once, in bytes.
const REPLY: u64 = 8 * 1024;

/// Hands over mail under TLS that is begun by `STARTTLS`.
pub(super) struct Starttls {
    host: String,
    port: u16,
    name: ServerName<'static>,
    tls: TlsConnector,
    credentials: Option<Credentials>,
}

impl Starttls {
    pub(super) fn new(
        config: &SmtpConfig,
        outbound: &Outbound,
        credentials: Option<Credentials>,
    ) -> Result<Self, SmtpError> {
        let name = ServerName::try_from(config.host.clone()).map_err(|_| SmtpError::Host)?;
        let tls = TlsConnector::from(Arc::new(outbound.tls()?));
        Ok(Self { host: config.host.clone(), port: config.port, name, tls, credentials })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        let late = |_| Err(later("no answer in time"));
        tokio::time::timeout(TIMEOUT, self.hand_over(message)).await.unwrap_or_else(late)
    }

    async fn hand_over(&self, message: &Message) -> Result<(), Failure> {
        let stream = Box::new(self.secured().await?);
        let connected = AsyncSmtpConnection::connect_with_transport(stream, &ClientId::default()).await;
        let mut connection = connected.map_err(|error| judge(&error))?;
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|error| judge(&error))?;
        }
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        connection.abort().await;
        sent.map(drop).map_err(|error| judge(&error))
    }

    /// A connection under TLS, on which the server has not been greeted yet.
    async fn secured(&self) -> Result<Secured, Failure> {
        let unconnected = |_| later("no connection");
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(unconnected)?;
        let mut stream = BufReader::new(stream);
        reply(&mut stream, "220").await?;
        stream.write_all(b"EHLO localhost\r\n").await.map_err(unconnected)?;
        if !reply(&mut stream, "250").await?.lines().any(|line| line.get(4..) == Some("STARTTLS")) {
            return Err(later("the server offers no TLS"));
        }
        stream.write_all(b"STARTTLS\r\n").await.map_err(unconnected)?;
        reply(&mut stream, "220").await?;
        if !stream.buffer().is_empty() {
            return Err(later("somebody speaks before TLS"));
        }
        let shaken = self.tls.connect(self.name.clone(), stream.into_inner()).await;
        Ok(Secured { greeting: b"220 \r\n", stream: shaken.map_err(|_| later("TLS was refused"))? })
    }
}

fn later(reason: &str) -> Failure {
    Failure::Later(format!("SMTP: {reason}"))
}

/// What the server says, if it is `code`, in upper case. Whatever else it says before TLS is believed for the moment only.
async fn reply(stream: &mut BufReader<TcpStream>, code: &str) -> Result<String, Failure> {
    let mut said = String::new();
    let mut bounded = stream.take(REPLY);
    loop {
        let begin = said.len();
        match bounded.read_line(&mut said).await {
            Ok(read) if read > 0 && said.ends_with('\n') => {}
            _ => return Err(later("no connection")),
        }
        let line = said.get(begin..).unwrap_or_default();
        if !line.starts_with(code) {
            return Err(later("the server is not ready for TLS"));
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(said.to_ascii_uppercase());
        }
    }
}

/// A connection under TLS whose greeting was heard before it. A server gives none again, but whoever speaks on waits for
/// one.
#[derive(Debug)]
struct Secured {
    greeting: &'static [u8],
    stream: TlsStream<TcpStream>,
}

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let (now, rest) = self.greeting.split_at(self.greeting.len().min(into.remaining()));
        into.put_slice(now);
        self.greeting = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Secured {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
