//! What a contract says of requests: which operations a path can mean.

mod nearest;
mod routes;
mod segment;

pub use nearest::Near;
pub use routes::{LiteralParameter, Prefix, Route, Routes};
pub use segment::{RequestPath, Segment};
