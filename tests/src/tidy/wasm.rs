//! The outer layer of a WebAssembly module: its sections, what it imports, how many functions it has.
//!
//! A module without imports can reach nothing but its own memory. That is what the core promises, and here the linker
//! says it, not a reviewer.

use std::fmt;

/// What a module asks of its host, and enough to see that it is not empty.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Module {
    /// What it imports, as `module.name`.
    pub(crate) imports: Vec<String>,
    /// Number of functions with a body.
    pub(crate) functions: u32,
    /// Its name section, as text: which functions were linked in. Empty if the module was stripped.
    pub(crate) names: String,
}

/// The bytes are not a module.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Malformed {
    /// They do not begin with the magic number and version 1.
    Header,
    /// They end in the middle of something.
    Short,
    /// A number has more than 32 bits.
    Number,
    /// A kind of import that WebAssembly 1.0 to 3.0 does not know.
    Import(u8),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => write!(f, "this is not a WebAssembly module of version 1"),
            Self::Short => write!(f, "the module is cut short"),
            Self::Number => write!(f, "the module holds a number of more than 32 bits"),
            Self::Import(kind) => write!(f, "the module imports something of the unknown kind {kind}"),
        }
    }
}

impl std::error::Error for Malformed {}

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;

/// Reads the sections of a module.
///
/// # Errors
/// [`Malformed`] says what is wrong with the bytes.
pub(crate) fn parse(bytes: &[u8]) -> Result<Module, Malformed> {
    let mut rest = Reader(bytes.strip_prefix(b"\0asm\x01\0\0\0").ok_or(Malformed::Header)?);
    let mut module = Module { imports: Vec::new(), functions: 0, names: String::new() };
    while !rest.0.is_empty() {
        let kind = rest.byte()?;
        let length = rest.number()?;
        let mut section = Reader(rest.take(length)?);
        match kind {
            CUSTOM if section.name()? == "name" => module.names = String::from_utf8_lossy(section.0).into_owned(),
            IMPORT => {
                for _ in 0..section.number()? {
                    module.imports.push(section.import()?);
                }
            }
            CODE => module.functions = section.number()?,
            _ => {}
        }
    }
    Ok(module)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.0.split_first().ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(*first)
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(length).map_err(|_| Malformed::Number)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    /// An unsigned LEB128 number of at most 32 bits.
    fn number(&mut self) -> Result<u32, Malformed> {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| Malformed::Number);
            }
        }
        Err(Malformed::Number)
    }

    fn name(&mut self) -> Result<String, Malformed> {
        let length = self.number()?;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    fn import(&mut self) -> Result<String, Malformed> {
        let name = format!("{}.{}", self.name()?, self.name()?);
        match self.byte()? {
            0 => drop(self.number()?),
            1 => {
                self.byte()?;
                self.limits()?;
            }
            2 => self.limits()?,
            3 => drop(self.take(2)?),
            4 => {
                self.byte()?;
                self.number()?;
            }
            kind => return Err(Malformed::Import(kind)),
        }
        Ok(name)
    }

    fn limits(&mut self) -> Result<(), Malformed> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 == 1 {
            self.number()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\0asm\x01\0\0\0";

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = HEADER.to_vec();
        for (kind, content) in sections {
            bytes.push(*kind);
            bytes.push(u8::try_from(content.len()).expect("short sections only"));
            bytes.extend_from_slice(content);
        }
        bytes
    }

    #[test]
    fn an_empty_module_imports_nothing() {
        assert_eq!(parse(HEADER), Ok(Module { imports: Vec::new(), functions: 0, names: String::new() }));
    }

    #[test]
    fn every_kind_of_import_is_found() {
        let imports = b"\x05\x03env\x03now\0\x07\x01a\x01t\x01\x70\x01\x01\x02\x01a\x01m\x02\0\x11\x01a\x01g\x03\x7f\0\x01a\x01x\x04\0\x01";
        let parsed = parse(&module(&[(1, b"\0"), (IMPORT, imports)])).expect("it is well formed");
        assert_eq!(parsed.imports, ["env.now", "a.t", "a.m", "a.g", "a.x"]);
    }

    #[test]
    fn functions_and_names_are_read() {
        let parsed = parse(&module(&[(CODE, b"\x80\x01"), (CUSTOM, b"\x04namestep"), (CUSTOM, b"\x01x")]));
        let expected = Module { imports: Vec::new(), functions: 128, names: "step".to_owned() };
        assert_eq!(parsed, Ok(expected));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert_eq!(parse(b"\x7fELF"), Err(Malformed::Header));
        assert_eq!(parse(&module(&[(IMPORT, b"\x01\x03en")])), Err(Malformed::Short));
        assert_eq!(parse(&module(&[(IMPORT, b"\x01\0\0\x09")])), Err(Malformed::Import(9)));
        assert_eq!(parse(&module(&[(CODE, b"\xff\xff\xff\xff\x7f")])), Err(Malformed::Number));
    }
}
