namespace IclMesh.Train.Data;

/// <summary>One labelled text.</summary>
/// <param name="Text">The text as its file holds it.</param>
/// <param name="Label">Class within its task, from 0.</param>
/// <param name="Pieces">The text's token ids, without special tokens.</param>
internal sealed record Row(string Text, int Label, int[] Pieces);
