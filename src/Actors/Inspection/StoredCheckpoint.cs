using MoE.Actors.Gate;
using MoE.Actors.Inspection.Stores;
using MoE.Actors.Storage;
using MoE.Compute;
using MoE.Compute.ModelFiles;
using Images = System.Collections.Generic.IReadOnlyDictionary<
    MoE.Actors.Inspection.Stores.ImageName, MoE.Actors.Inspection.Stores.FoundImage>;

namespace MoE.Actors.Inspection;

/// <summary>A complete checkpoint and its images as they were found.</summary>
public sealed class StoredCheckpoint
{
    private readonly CheckpointCompleted _completed;
    private readonly FoundImage _gate;
    private readonly FoundImage[] _experts;
    private readonly List<string> _damages;

    private StoredCheckpoint(CheckpointCompleted completed, FoundImage gate, FoundImage[] experts)
    {
        (_completed, _gate, _experts) = (completed, gate, experts);
        _damages = [.. experts.Prepend(gate).Select(image => image.Damage).OfType<string>()];
    }

    /// <summary>Number of the batch after which it stands.</summary>
    public long Number => _completed.Number;

    /// <summary>What of it is damaged, in one sentence each, without their ends; none where it is whole.</summary>
    public IReadOnlyList<string> Damages => _damages;

    /// <summary>The model that it is; null where something of it is damaged.</summary>
    public ModelFile? Model { get; private set; }

    /// <summary>Bytes of the gate's image.</summary>
    public long GateBytes => _gate.Bytes.Length;

    /// <summary>Bytes of each expert's image in the order of its pool; 0 for one that has seen nothing.</summary>
    public IReadOnlyList<long> ExpertBytes => [.. _experts.Select(image => (long)image.Bytes.Length)];

    /// <summary>After which batch an expert's image was taken; 0 for one that had none.</summary>
    public long ImageOf(long key) => _completed.ImageOf(key);

    /// <summary>Bytes of an expert's image; 0 for one that had none.</summary>
    public long BytesOf(long key) =>
        _completed.Roster.PlaceOf(key) is >= 0 and var place ? _experts[place].Bytes.Length : 0;

    /// <summary>The images that a checkpoint names.</summary>
    internal static IEnumerable<ImageName> Names(string model, CheckpointCompleted completed)
    {
        var ids = new StorageIds(model, completed.Model.Format);
        return completed.Images.Where(image => image.Image > 0)
            .Select(image => new ImageName(ids.OfExpert(image.Id), image.Image))
            .Prepend(new ImageName(ids.OfGate, completed.Number));
    }

    /// <summary>Looks a checkpoint through: its images, and whether they are a model.</summary>
    internal static StoredCheckpoint Of(string model, CheckpointCompleted completed, Images images)
    {
        var ids = new StorageIds(model, completed.Model.Format);
        var fresh = new FoundImage(ReadOnlyMemory<byte>.Empty, null);
        var checkpoint = new StoredCheckpoint(
            completed,
            images[new ImageName(ids.OfGate, completed.Number)],
            [.. completed.Images.Select(image => image.Image == 0
                ? fresh
                : images[new ImageName(ids.OfExpert(image.Id), image.Image)])]);
        if (checkpoint._damages.Count == 0)
            checkpoint.Compose();
        return checkpoint;
    }

    private void Compose()
    {
        var model = new ModelFile
        {
            Name = $"checkpoint {Number}",
            Schema = _completed.Model.Schema,
            Options = _completed.Model.Options,
            Progress = new ModelProgress
            {
                LastBatch = Number,
                Sources = _completed.Sources,
                Dropped = _completed.Dropped,
                Roster = _completed.Roster,
            },
            Gate = _gate.Bytes,
            Experts = [.. _experts.Select(image => image.Bytes)],
        };
        try
        {
            Mixture.From(model);
            Model = model;
        }
        catch (ModelFileException e)
        {
            _damages.Add(e.Message.TrimEnd('.'));
        }
    }
}
