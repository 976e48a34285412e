//! A JSON object (RFC 8259) in each line, with the fields in the order of the manifest. Lines end with LF.

use super::rows::{Column, Value, push_time};
use crate::audit::hex;
use crate::{Error, Result};

pub(super) fn row(out: &mut Vec<u8>, columns: &[Column], values: &[Value]) -> Result<()> {
    for (n, (column, value)) in columns.iter().zip(values).enumerate() {
        out.extend_from_slice(if n == 0 { &b"{\""[..] } else { b",\"" });
        out.extend_from_slice(column.name.as_bytes());
        out.extend_from_slice(b"\":");
        match value {
            Value::Absent => out.extend_from_slice(b"null"),
            Value::Text(text) => {
                serde_json::to_writer(&mut *out, text).map_err(|error| Error::Internal(format!("a text: {error}")))?;
            }
            Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Flag(flag) => out.extend_from_slice(if *flag { &b"true"[..] } else { b"false" }),
            Value::Time(at) => between_marks(out, |out| push_time(out, *at)),
            Value::Uid(uid) => between_marks(out, |out| out.extend_from_slice(uid.to_string().as_bytes())),
            Value::Bytes(bytes) => between_marks(out, |out| out.extend_from_slice(hex(bytes).as_bytes())),
        }
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}

fn between_marks(out: &mut Vec<u8>, push: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    push(out);
    out.push(b'"');
}
