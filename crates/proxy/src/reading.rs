//! What was said: readers of the wire formats of models and tools, fed with tapped pieces.
