//! Tests of the whole: the layers, and the service against real servers.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod approval;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod blackbox;
#[cfg(test)]
mod by_command;
#[cfg(test)]
mod by_mail;
#[cfg(test)]
mod came_back;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod document_commands;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod embedded;
#[cfg(test)]
mod every_command;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod keep;
#[cfg(test)]
mod lessons;
#[cfg(test)]
mod library;
#[cfg(test)]
mod life;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod program;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod reply_layouts;
#[cfg(test)]
mod rivals;
#[cfg(test)]
mod scripted_smtp;
#[cfg(test)]
mod second_server;
#[cfg(test)]
mod sending;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod set_up;
#[cfg(test)]
mod smtp_real;
#[cfg(test)]
mod stops;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod timelines;
#[cfg(test)]
mod told;
#[cfg(test)]
mod transfer;
#[cfg(test)]
mod unsolicited;
#[cfg(test)]
mod weekly;
#[cfg(test)]
mod world;
