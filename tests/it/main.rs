//! Tests of the whole: the layers, and the service against real servers.
