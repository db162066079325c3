using CsCheck;
using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Gate;

public sealed class IngestTests
{
    private readonly Ingest<string> _ingest = new();

    [Fact]
    public void Whatever_is_offered_each_row_is_taken_once_and_in_order() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 40], Gen.Int[1, 10]).Array[0, 60].Sample(offers =>
        {
            var ingest = new Ingest<string>();
            string[] names = ["a", "b"];
            foreach (var name in names)
                Assert.Null(ingest.Begin(name, SourceId.Named(name), GateState.Empty));
            var (offered, taken) = (new long[2], new long[2]);
            var repeated = 0L;
            foreach (var (who, back, count) in offers)
            {
                var first = Math.Max(0, offered[who] - back);
                ingest.Take(names[who], Batches.Rows(first + count, count), []);
                repeated += Math.Min(count, offered[who] - first);
                offered[who] = Math.Max(offered[who], first + count);
            }
            while (ingest.Next() is Offer<string>.OfRows offer)
            {
                var who = Array.IndexOf(names, offer.Producer.Id);
                Assert.Equal(taken[who], offer.Rows.FirstOffset);
                taken[who] = offer.Rows.NextOffset;
            }
            Assert.Equal(offered, taken);
            Assert.Equal(repeated, ingest.Duplicates);
        });

    [Fact]
    public void Producers_are_asked_in_turns_and_each_for_one_batch_at_a_time()
    {
        foreach (var name in (string[])["a", "b", "c"])
            _ingest.Begin(name, SourceId.Named(name), GateState.Empty);
        Assert.Equal(["a", "b", "c", "nobody"], Asked(4));
        _ingest.Take("c", Batches.Rows(4, 4), []);
        _ingest.Take("a", Batches.Rows(4, 4), []);
        _ingest.End("c", null);
        Assert.Equal(["a", "nobody"], Asked(2));
    }

    [Fact]
    public void A_producer_is_done_once_its_last_batch_is_settled()
    {
        _ingest.Begin("a", SourceId.Named("a"), GateState.Empty);
        _ingest.Take("a", Batches.Rows(4, 4), []);
        _ingest.End("a", null);
        Assert.Empty(_ingest.Done(100));
        var offer = Assert.IsType<Offer<string>.OfRows>(_ingest.Next());
        offer.Producer.LastBatch = 7;
        Assert.Empty(_ingest.Done(6));
        Assert.Equal(["a"], _ingest.Done(7).Select(producer => producer.Id));
        Assert.True(_ingest.IsIdle);
    }

    [Fact]
    public void Rows_after_a_gap_end_their_producer_and_what_it_offered_before_is_taken()
    {
        _ingest.Begin("a", SourceId.Named("a"), GateState.Empty);
        _ingest.Take("a", Batches.Rows(4, 4), []);
        _ingest.Take("a", Batches.Rows(12, 4), []);
        Assert.IsType<Offer<string>.OfRows>(_ingest.Next());
        Assert.Null(_ingest.Next());
        Assert.Contains("from row 9 on", Assert.Single(_ingest.Done(0)).Cause?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_refused_producer_offered_is_left_and_the_rest_stays_in_its_order()
    {
        foreach (var name in (string[])["a", "b"])
            _ingest.Begin(name, SourceId.Named(name), GateState.Empty);
        _ingest.Take("a", Batches.Rows(4, 4), []);
        _ingest.Take("b", Batches.Rows(4, 4), []);
        _ingest.Take("x", new FreezeExpert("hat"));
        _ingest.Take("a", Batches.Rows(8, 4), []);
        var first = Assert.IsType<Offer<string>.OfRows>(_ingest.Next());
        _ingest.Refuse(first.Producer, EndCause.OfModel("no"));
        Assert.Equal("b", Assert.IsType<Offer<string>.OfRows>(_ingest.Next()).Producer.Id);
        Assert.Equal("x", Assert.IsType<Offer<string>.OfChange>(_ingest.Next()).Asker);
        Assert.Null(_ingest.Next());
    }

    [Fact]
    public void Commands_that_come_with_rows_of_which_some_were_learned_are_not_carried_out_again()
    {
        _ingest.Begin("a", SourceId.Named("a"), GateState.Empty);
        _ingest.Take("a", Batches.Rows(4, 4), [new FreezeExpert("hat")]);
        _ingest.Take("a", Batches.Rows(6, 4), [new FreezeExpert("fern")]);
        Assert.Single(Assert.IsType<Offer<string>.OfRows>(_ingest.Next()).Commands);
        Assert.Empty(Assert.IsType<Offer<string>.OfRows>(_ingest.Next()).Commands);
    }

    private List<string> Asked(int times) =>
        [.. Enumerable.Range(0, times).Select(_ => _ingest.Ask()?.Id ?? "nobody")];
}
