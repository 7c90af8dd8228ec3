//! Watching a forward pass, as an argument rather than a kind of number.

/// A place in the forward pass at which values can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// The residual stream before the first layer: token embedding plus position. `[width]`.
    Embedded,
    /// The keys that a token leaves in the KV cache, normed and turned. `[kv_heads · head_width]`.
    Keys {
        /// The layer's index.
        layer: usize,
    },
    /// The values that a token leaves in the KV cache. `[kv_heads · value_width]`.
    Values {
        /// The layer's index.
        layer: usize,
    },
    /// The queries that the keys so far are compared with, normed and turned, all heads side by side. `[heads · head_width]`.
    Query {
        /// The layer's index.
        layer: usize,
    },
    /// The scores of one head as the softmax meets them, scaled and biased, one for each token so far. `[tokens]`.
    Scores {
        /// The layer's index.
        layer: usize,
        /// The head's index.
        head: usize,
    },
    /// The exponentials of one head's softmax, before the division by their sum. `[tokens]`.
    Exponentials {
        /// The layer's index.
        layer: usize,
        /// The head's index.
        head: usize,
    },
    /// What all heads read, side by side, before the output map. `[heads · value_width]`.
    Mixed {
        /// The layer's index.
        layer: usize,
    },
    /// The residual stream after attention. `[width]`.
    Attended {
        /// The layer's index.
        layer: usize,
    },
    /// What the MLP reads: the residual stream after attention, normed if the layer has that norm. `[width]`.
    Normed {
        /// The layer's index.
        layer: usize,
    },
    /// What the activation is applied to. `[hidden]`.
    PreActivation {
        /// The layer's index.
        layer: usize,
    },
    /// What the down map reads. `[hidden]`.
    Hidden {
        /// The layer's index.
        layer: usize,
    },
    /// The residual stream after the MLP and the layer's gain; a layer that has neither is not seen here. `[width]`.
    Transformed {
        /// The layer's index.
        layer: usize,
    },
    /// What the head reads: the residual stream at the end, normed if the network has a final norm. `[width]`.
    Final,
    /// One logit for each token that can be generated. `[outputs]`.
    Logits,
}

/// An observer of forward passes, which may also change what it sees: the pass goes on with what it leaves.
///
/// The unit type sees nothing and costs nothing.
pub trait Probe<S> {
    /// Called at each [`Site`], in the order in which a token meets them.
    fn see(&mut self, site: Site, values: &mut [S]);
}

impl<S> Probe<S> for () {
    #[inline(always)]
    fn see(&mut self, _: Site, _: &mut [S]) {}
}

/// Every closure over a site and its values watches.
impl<S, F: FnMut(Site, &mut [S])> Probe<S> for F {
    #[inline(always)]
    fn see(&mut self, site: Site, values: &mut [S]) {
        self(site, values);
    }
}
