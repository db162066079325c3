using MoE.Servers;
using Xunit;

namespace MoE.Actors.Tests.Servers;

/// <summary>Tests that share one server, one after another.</summary>
[CollectionDefinition(nameof(OnePostgres))]
public sealed class OnePostgres : ICollectionFixture<PostgresServer>;
