//! A file of a snapshot while it is made: rows become text, text is compressed if that is wanted, and what comes out is
//! counted, hashed and sent away in parts.

use std::io::Write;
use std::marker::PhantomData;

use flate2::write::GzEncoder;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::csv::{self, Reader};
use super::manifest::{Field, FileEntry};
use super::ndjson;
use super::rows::{self, Column, Row};
use super::what::{Compression, Format, What};
use crate::audit::hex;
use crate::files::PART;
use crate::{Error, Result};

/// What is sent to whoever uploads it.
pub(super) enum Piece {
    /// A file begins, by its name.
    Begin(String),
    Part(Vec<u8>),
    /// It is whole.
    End,
}

/// Where pieces go. Waits until they are taken.
#[derive(Clone)]
pub(super) struct Sink(mpsc::Sender<Piece>);

impl Sink {
    /// Parts that may wait: one, so that memory is bounded.
    pub(super) fn new() -> (Sink, mpsc::Receiver<Piece>) {
        let (sender, receiver) = mpsc::channel(1);
        (Sink(sender), receiver)
    }

    /// # Errors
    /// When nobody takes anything any more.
    pub(super) fn check(&self) -> Result<()> {
        if self.0.is_closed() { Err(nobody()) } else { Ok(()) }
    }

    fn send(&self, piece: Piece) -> Result<()> {
        self.0.blocking_send(piece).map_err(|_| nobody())
    }
}

fn nobody() -> Error {
    Error::Files("nobody takes the file any more".into())
}

/// A file of rows of one kind.
pub(super) struct Table<R> {
    name: String,
    content: &'static str,
    columns: Vec<Column>,
    /// `None`: NDJSON.
    csv: Option<Reader>,
    out: Packed,
    buffer: Vec<u8>,
    number: i64,
    kind: PhantomData<R>,
}

impl<R: Row> Table<R> {
    /// `content`: what the rows are; also the file's name.
    pub(super) fn begin(content: &'static str, what: &What, zone: &TimeZone, sink: &Sink) -> Result<Table<R>> {
        let csv = match what.format {
            Format::Csv => Some(Reader::Machine),
            Format::Spreadsheet => Some(Reader::Spreadsheet(zone.clone())),
            Format::Ndjson => None,
        };
        let gz = if what.compression == Compression::Gzip { ".gz" } else { "" };
        let name = format!("{content}.{}{gz}", what.format.ending());
        sink.send(Piece::Begin(name.clone()))?;
        let output = Output { sink: sink.clone(), hash: Sha256::new(), bytes: 0, part: Vec::new() };
        let out = match what.compression {
            Compression::None => Packed::Plain(output),
            Compression::Gzip => Packed::Gzip(GzEncoder::new(output, flate2::Compression::fast())),
        };
        let columns = R::columns();
        let mut buffer = Vec::new();
        if let Some(reader) = &csv {
            csv::header(&mut buffer, &columns, reader);
        }
        Ok(Table { name, content, columns, csv, out, buffer, number: 0, kind: PhantomData })
    }

    pub(super) fn rows(&mut self, rows: &[R]) -> Result<()> {
        let mut values = Vec::with_capacity(self.columns.len());
        for row in rows {
            values.clear();
            row.values(&mut values);
            match &self.csv {
                Some(reader) => csv::row(&mut self.buffer, &values, reader),
                None => ndjson::row(&mut self.buffer, &self.columns, &values)?,
            }
            self.number += 1;
            if self.buffer.len() >= CHUNK {
                self.flush()?;
            }
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> Result<FileEntry> {
        self.flush()?;
        let output = match self.out {
            Packed::Plain(output) => output,
            Packed::Gzip(encoder) => encoder.finish().map_err(io)?,
        };
        let (bytes, sha256) = output.end()?;
        let fields = self.columns.iter().map(|column| Field { name: column.name.into(), kind: column.kind.into() });
        Ok(FileEntry {
            name: self.name,
            content: self.content.into(),
            rows: self.number,
            bytes,
            sha256,
            fields_version: rows::VERSION,
            fields: fields.collect(),
        })
    }

    fn flush(&mut self) -> Result<()> {
        self.out.write_all(&self.buffer).map_err(io)?;
        self.buffer.clear();
        Ok(())
    }
}

/// Bytes of text that are passed on at once.
const CHUNK: usize = 64 << 10;

enum Packed {
    Plain(Output),
    Gzip(GzEncoder<Output>),
}

impl Packed {
    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Packed::Plain(output) => output.write_all(bytes),
            Packed::Gzip(encoder) => encoder.write_all(bytes),
        }
    }
}

/// The bytes of the file as they are stored.
struct Output {
    sink: Sink,
    hash: Sha256,
    bytes: i64,
    part: Vec<u8>,
}

impl Output {
    /// The number of bytes, and their hash.
    fn end(mut self) -> Result<(i64, String)> {
        if !self.part.is_empty() {
            self.sink.send(Piece::Part(std::mem::take(&mut self.part)))?;
        }
        self.sink.send(Piece::End)?;
        Ok((self.bytes, hex(&self.hash.finalize())))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.part.capacity() == 0 {
            self.part.reserve_exact(PART);
        }
        let taken = bytes.len().min(PART - self.part.len());
        let bytes = &bytes[..taken];
        self.hash.update(bytes);
        self.bytes += i64::try_from(taken).unwrap_or_default();
        self.part.extend_from_slice(bytes);
        if self.part.len() == PART {
            let part = std::mem::take(&mut self.part);
            self.sink.send(Piece::Part(part)).map_err(std::io::Error::other)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn io(error: std::io::Error) -> Error {
    Error::Files(error.to_string())
}
