//! The SMTP side: takes every mail for every address, up to a size.

use std::io;
use std::net::{IpAddr, TcpListener};

use anyhow::Context as _;
use mail_parser::{Addr, MessageParser};
use mailin_embedded::{Handler, Response, Server, SslConfig, response};

use super::{Arrival, Channel, Inbox};

/// The largest mail that is taken.
const LARGEST: usize = 1024 * 1024;
/// How many senders may stay connected: senders keep connections for the next mail.
const SESSIONS: u32 = 32;

/// Serves SMTP on `listener`, in threads of its own, until the process ends.
///
/// # Errors
/// When the thread cannot be started.
pub fn listen(inbox: Inbox, listener: TcpListener) -> anyhow::Result<()> {
    let mut server = Server::new(Session { inbox, from: String::new(), to: Vec::new(), data: Vec::new() });
    server.with_name("localhost").with_num_threads(SESSIONS).with_tcp_listener(listener);
    server.with_ssl(SslConfig::None).map_err(|error| anyhow::anyhow!("{error}"))?;
    std::thread::Builder::new()
        .name("inbox-smtp".to_owned())
        .spawn(move || {
            if let Err(error) = server.serve() {
                tracing::error!(%error, "the inbox's SMTP server ended");
            }
        })
        .context("the inbox's SMTP server could not be started")?;
    Ok(())
}

/// One connection. The server clones it for each.
#[derive(Clone)]
struct Session {
    inbox: Inbox,
    from: String,
    to: Vec<String>,
    data: Vec<u8>,
}

impl Handler for Session {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, from: &str) -> Response {
        from.clone_into(&mut self.from);
        response::OK
    }

    fn data_start(&mut self, _domain: &str, _from: &str, _is8bit: bool, to: &[String]) -> Response {
        self.to = to.to_vec();
        self.data.clear();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        // What is too large is read to its end, so that the refusal stands where the sender looks for it.
        if self.data.len() <= LARGEST {
            self.data.extend_from_slice(line);
        }
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let data = std::mem::take(&mut self.data);
        if data.len() > LARGEST {
            return refusal(response::NO_STORAGE);
        }
        let Some(letter) = read(&data) else { return refusal(response::TRANSACTION_FAILED) };
        for to in self.to.drain(..) {
            let from = letter.from.clone().unwrap_or_else(|| self.from.clone());
            self.inbox.take_in(Arrival {
                channel: Channel::Mail,
                // A mail is one mail for each address, however often it is sent.
                key: letter.id.as_ref().map(|id| format!("{id} {to}")),
                to,
                from,
                subject: letter.subject.clone(),
                text: letter.text.clone(),
                html: letter.html.clone(),
            });
        }
        response::OK
    }
}

/// A refusal after the data's end. The server stays within the data after what it takes for an error, and would read the
/// sender's next command as another line of it.
fn refusal(mut response: Response) -> Response {
    response.is_error = false;
    response
}

/// What a mail says.
struct Letter {
    id: Option<String>,
    from: Option<String>,
    subject: String,
    text: String,
    html: String,
}

fn read(data: &[u8]) -> Option<Letter> {
    let message = MessageParser::default().parse(data)?;
    let from = message.from().and_then(|from| from.first()).and_then(Addr::address);
    let has_html = message.html_part(0).is_some_and(mail_parser::MessagePart::is_text_html);
    Some(Letter {
        id: message.message_id().map(str::to_owned),
        from: from.map(str::to_owned),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).filter(|_| has_html).unwrap_or_default().into_owned(),
    })
}

#[cfg(test)]
mod tests;
