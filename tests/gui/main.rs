//! The window, driven by accessible label and rendered without a screen.

mod samples;
mod shell_shots;
mod window;
