//! A value that comes from far away: the last good one stays while the next one loads, with its age and last error.

use crate::model::problem::Problem;

/// Something loaded, perhaps loading again, perhaps failing right now. Times are seconds since 1970 with fraction.
#[derive(Debug, Clone)]
pub struct Loadable<T> {
    /// Last good value.
    pub value: Option<T>,
    /// When it came.
    pub loaded_at: Option<f64>,
    /// Since when a request is under way.
    pub loading_since: Option<f64>,
    /// Why the last request failed; cleared by the next good answer.
    pub problem: Option<Problem>,
}

impl<T> Default for Loadable<T> {
    fn default() -> Self {
        Loadable { value: None, loaded_at: None, loading_since: None, problem: None }
    }
}

impl<T> Loadable<T> {
    /// A request starts.
    pub fn start(&mut self, now: f64) {
        if self.loading_since.is_none() {
            self.loading_since = Some(now);
        }
    }

    /// An answer came, good or bad; a bad one leaves the old value in place.
    pub fn finish(&mut self, result: Result<T, Problem>, now: f64) {
        self.loading_since = None;
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.loaded_at = Some(now);
                self.problem = None;
            }
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Part of the answer came (a page): shown already, still loading.
    pub fn partial(&mut self, value: T, now: f64) {
        self.value = Some(value);
        self.loaded_at = Some(now);
    }

    /// Seconds since the value came.
    pub fn age_secs(&self, now: f64) -> Option<f64> {
        self.loaded_at.map(|at| (now - at).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::problem::ProblemKind;

    #[test]
    fn a_failure_keeps_the_old_value() {
        let mut list = Loadable::default();
        list.start(1.0);
        list.finish(Ok(vec![1]), 2.0);
        list.start(3.0);
        list.finish(Err(Problem::new(ProblemKind::Network, "magnum", "refused")), 4.0);
        assert_eq!(list.value, Some(vec![1]));
        assert_eq!(list.age_secs(5.0), Some(3.0));
        assert!(list.problem.is_some() && list.loading_since.is_none());
    }
}
