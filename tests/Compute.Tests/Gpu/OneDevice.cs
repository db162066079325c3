using Xunit;

namespace MoE.Compute.Tests.Gpu;

/// <summary>
/// Tests that share the emulated device, one after another: each of its lanes is a thread, which would only wait for
/// those of other tests, and a kernel is compiled once.
/// </summary>
[CollectionDefinition(nameof(OneDevice))]
public sealed class OneDevice : ICollectionFixture<TestDevice>;
