//! What is done with decisions once they are found: compare them, count how they end, quote them.
