using Xunit;

// These tests measure moments and fill machines; beside one another they would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
