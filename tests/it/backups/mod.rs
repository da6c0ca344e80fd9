//! Backups that are made and damaged by the tools themselves, and verified.

mod postgres;
